import type { ResourceType } from '../../src/fhir/resource-type.ts'
import type { Lack } from '../../src/systems/composed/legacy-system.ts'
import type { ProductRules } from '../../src/systems/fhir-server/product-rules.ts'
import { COSMIC } from '../../src/systems/fhir-server/products/cosmic.ts'
import { MILLENNIUM } from '../../src/systems/fhir-server/products/millennium.ts'
import {
  type InformationEntry,
  informationMap,
} from '../../src/systems/registry/information-map.ts'
import { CONTRACTS } from '../../src/systems/rivta/contracts/contracts.ts'

/** `docs/information-map.md`: made of what the connectors say of themselves, so it can't say anything else. */
export function informationMapDocument(): string {
  const fhir = [
    ['Cosmic', 'cosmic', COSMIC],
    ['Millennium', 'millennium', MILLENNIUM],
  ] as const
  return `${[
    INTRODUCTION,
    ...fhir.map(([name, kind, rules]) => chapter(name, informationMap(kind, new Map()), rules)),
    chapter('Melior, Melior+ och TakeCare', informationMap('rivta', new Map()), undefined),
    '### Det som tjänstekontrakten inte bär\n',
    ...untold(),
  ].join('\n')}\n`
}

const INTRODUCTION = `# Informationskarta

Vilken information som finns i vilket system, var den kommer ifrån, vad som saknas och vad det betyder för vården.
Gjord av \`npm run information-map\` ur kopplingarnas egna uppgifter; \`tests/same-everywhere\` ställer samma frågor till alla
system, och visar att svaren inte skiljer sig på annat sätt än så här. Det som saknas i en regions system och
skrivs i en gemensam app finns i regionens lager bredvid, och läses tillsammans med det.
`

function chapter(
  name: string,
  entries: readonly InformationEntry[],
  rules: ProductRules | undefined,
): string {
  const rows = entries.map((entry) => row(entry, rules))
  const head = rules
    ? '| information | typ | hämtas ur | söks i källan | skrivs i källan | att veta |\n|---|---|---|---|---|---|'
    : '| information | typ | hämtas ur | att veta |\n|---|---|---|---|'
  return `## ${name}\n\n${head}\n${rows.join('\n')}\n`
}

function row(
  { type, name, from, answer, means = '' }: InformationEntry,
  rules: ProductRules | undefined,
): string {
  const source = answer === 'missing' ? '**saknas**' : (from ?? '')
  const products = rules ? [searched(rules, type), written(rules, type)] : []
  return `| ${[name, type, source, ...products, means].join(' | ')} |`
}

/** By what the source itself finds; all other parameters are matched by us. */
function searched({ types }: ProductRules, type: ResourceType): string {
  const found = types.get(type)
  if (!found) return '–'
  const own = found.owner === undefined ? [] : [found.owner]
  return [...own, ...found.narrows].filter((each) => each !== '').join(', ') || '_id'
}

function written({ types }: ProductRules, type: ResourceType): string {
  const write = types.get(type)?.write
  if (!write) return '–'
  const ways = [write.create ? 'nytt' : '', write.update === undefined ? '' : 'ändring']
  return ways.filter((each) => each !== '').join(', ')
}

/** Each element with the contracts that lack it. */
function untold(): string[] {
  const found = new Map<string, { readonly lack: Lack; readonly contracts: string[] }>()
  for (const { question, version, lacks } of CONTRACTS) {
    for (const lack of lacks) {
      const there = found.get(lack.element) ?? { lack, contracts: [] }
      there.contracts.push(`${question} ${version}`)
      found.set(lack.element, there)
    }
  }
  const rows = [...found.values()].map(
    ({ lack, contracts }) => `| \`${lack.element}\` | ${contracts.join(', ')} | ${lack.means} |`,
  )
  return ['| element | kontrakt | betyder |', '|---|---|---|', ...rows]
}
