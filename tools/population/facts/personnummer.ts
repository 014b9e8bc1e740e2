import { readFileSync } from 'node:fs'
import type { Random } from '../random.ts'
import { type Day, dateText, dayOf, yearOf } from '../time.ts'

/** A person's number and what it says. */
export interface TestNumber {
  /** Twelve digits. */
  readonly number: string
  readonly birth: Day
}

/** Takes a number that nobody has yet, for somebody born that year. */
export type TakeNumber = (random: Random, year: number, sex: 'female' | 'male') => TestNumber

/**
 * Gives test personnummer that nobody has, each once. Source: Skatteverket, Testpersonnummer: birth numbers 238 and 239 for those
 * born 1980 and later, scattered ones before. When a year's are used up, numbers of the series 980–999, that no person is given.
 */
export function createNumbers(): TakeNumber {
  const used = new Set<string>()
  const scattered = readScattered()
  const take = (number: string): TestNumber => {
    used.add(number)
    return {
      number,
      birth: dayOf(`${number.slice(0, 4)}-${number.slice(4, 6)}-${number.slice(6, 8)}`),
    }
  }

  return (random, year, sex) => {
    const listed = year > 1975 ? undefined : pickListed(scattered.get(`${year} ${sex}`) ?? [])
    if (listed) return take(listed)
    for (let tries = 0; tries < 40 && year > 1975; tries++) {
      const number = drawn(random, year, sex)
      if (number && !used.has(number)) return take(number)
    }
    return take(reserved(random, year, sex))

    function pickListed(numbers: readonly string[]): string | undefined {
      const free = numbers.filter((number) => !used.has(number))
      return free.length > 0 ? random.pick(free) : undefined
    }
  }

  function reserved(random: Random, year: number, sex: 'female' | 'male'): string {
    for (;;) {
      const date = dateText(randomDay(random, year)).replaceAll('-', '')
      const series = 980 + 2 * random.whole(0, 9) + (sex === 'male' ? 1 : 0)
      const number = withCheckDigit(`${date}${series}`)
      if (!used.has(number)) return number
    }
  }
}

function readScattered(): Map<string, string[]> {
  const file = new URL('test-personnummer-1911-1975.txt', import.meta.url)
  const numbers = readFileSync(file, 'utf8').trim().split('\n')
  return Map.groupBy(numbers, (number) => `${number.slice(0, 4)} ${sexOf(number)}`)
}

/** From 2014 each date has one number only, and which one shifts between the years. */
function drawn(random: Random, year: number, sex: 'female' | 'male'): string | undefined {
  const day = randomDay(random, year)
  const isEven = (day - dayOf(`${year}-01-01`)) % 2 === 0
  if (year >= 2014 && isEven !== (sex === 'male')) return undefined
  return withCheckDigit(`${dateText(day).replaceAll('-', '')}${sex === 'male' ? 239 : 238}`)
}

function randomDay(random: Random, year: number): Day {
  const first = dayOf(`${year}-01-01`)
  const day = first + random.whole(0, 364)
  return yearOf(day) === year ? day : first
}

/** The ninth digit of ten is odd for men. Source: Skatteverket, Personnummer. */
export function sexOf(number: string): 'female' | 'male' {
  return Number(number[10]) % 2 === 1 ? 'male' : 'female'
}

/** Adds the check digit to eleven digits: Luhn's sum over the last nine and it. Source: SKV 704. */
export function withCheckDigit(eleven: string): string {
  const sum = [...eleven.slice(2)].reduce((total, digit, index) => {
    const product = Number(digit) * (index % 2 === 0 ? 2 : 1)
    return total + (product > 9 ? product - 9 : product)
  }, 0)
  return `${eleven}${(10 - (sum % 10)) % 10}`
}
