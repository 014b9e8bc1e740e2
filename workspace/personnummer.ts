/**
 * The twelve digits of a Swedish personnummer or samordningsnummer in any usual form: `19471105-2326`, `471105-2326`,
 * `4711052326`, `121212+1212`. `undefined` for what can't be one. Source: SKV 704; `+` says hundred years or more.
 */
export function twelveDigits(text: string, today = new Date()): string | undefined {
  const compact = plainHyphens(text).replaceAll(/\s/g, '')
  const found = /^(\d{2})?(\d{2})(\d{2})(\d{2})([-+]?)(\d{4})$/.exec(compact)
  if (!found) return undefined
  const [, century, year = '', month = '', day = '', sign, last = ''] = found
  const full = century ? `${century}${year}` : fullYear(year, sign === '+', today)
  const digits = `${full}${month}${day}${last}`
  const dayNumber = Number(day) > 60 ? Number(day) - 60 : Number(day)
  const isDate = Number(month) >= 1 && Number(month) <= 12 && dayNumber >= 1 && dayNumber <= 31
  return isDate && hasTrueCheckDigit(digits) ? digits : undefined
}

/** A text in which the hyphens that documents and web pages have (U+2010 to U+2015, U+2212) are those of a keyboard. */
export const plainHyphens = (text: string): string => text.replaceAll(/[\u2010-\u2015\u2212]/g, '-')

function fullYear(year: string, isOld: boolean, today: Date): string {
  const now = today.getFullYear()
  let full = Math.floor(now / 100) * 100 + Number(year)
  if (full > now) full -= 100
  return String(isOld ? full - 100 : full)
}

function hasTrueCheckDigit(digits: string): boolean {
  const sum = [...digits.slice(2)].reduce((total, digit, index) => {
    const product = Number(digit) * (index % 2 === 0 ? 2 : 1)
    return total + (product > 9 ? product - 9 : product)
  }, 0)
  return sum % 10 === 0
}
