/** A paragraph of the statutes that the system must keep, and where it does. */
export interface Paragraph {
  readonly name: string
  readonly about: string
  /** The file with the rule. */
  readonly rule: string
  /** Why nothing calls the rule yet: what it is for isn't there. A test sees to it that this is true. */
  readonly awaits?: string
}

const DRUG_LIST = 'the national drug list is not connected, so nothing is read from it'

/** The paragraphs, in the order of design's table: which rule keeps each. `docs/law.md` is made from them and the tests. */
export const PARAGRAPHS: readonly Paragraph[] = [
  on('PDL 2:4', 'Purposes: a closed list', 'src/law/rules/purpose.ts'),
  on('PDL 2:6', 'Each care provider is controller of its own records', 'src/law/sight-of.ts'),
  on('PDL 2:8', 'Sensitive data are no search terms', 'src/law/rules/search-terms.ts'),
  on(
    'PDL 3:9',
    'Entries are made as soon as possible: when they were made is the server’s to say',
    'src/store/version.ts',
  ),
  on('PDL 3:10', 'Entries are signed', 'src/law/signing.ts'),
  on('PDL 3:11', 'Copies handed out are documented', 'src/law/disclosure.ts'),
  on(
    'PDL 3:14',
    'Nothing is erased; corrections show when and by whom',
    'src/store/write-versions.ts',
  ),
  on('PDL 3:17', 'Kept for ten years at least', 'src/law/retention.ts'),
  on('PDL 4:1', 'Inner secrecy', 'src/law/rules/care-relation.ts'),
  on(
    'PDL 4:2',
    'Authorization by need; insurance medicine stays in its unit',
    'src/law/rules/commission.ts',
  ),
  on('PDL 4:3', 'Access is documented and reviewed', 'src/law/access-log.ts'),
  on('PDL 4:4', 'Blocks; not by guardians; existence may be shown', 'src/law/blocks.ts'),
  on('PDL 4:5', 'Lifting a block, in two steps', 'src/law/lift-block.ts'),
  on('PDL 5:5', "The patient's own access, and proxies", 'src/law/rules/own-record.ts'),
  on('PDL 5:7', 'Counts before research: numbers only', 'src/law/rules/feasibility-count.ts'),
  later(
    'PDL 7:2',
    'Quality registers: opt-out',
    'src/law/rules/register.ts',
    'nothing is sent to a quality register',
  ),
  on('PDL 8:4', 'Destruction only by order of the inspectorate', 'src/law/destruction.ts'),
  on('2022:913 2:3', 'The patient may object to shared records', 'src/law/blocks.ts'),
  on('2022:913 2:4', 'That there are unblocked records may be known', 'src/law/shared-records.ts'),
  on('2022:913 2:5', 'Who has blocked is told only in danger', 'src/law/shared-records.ts'),
  on('2022:913 3:1', 'Relation, consent and relevance', 'src/law/shared-records.ts'),
  on('2022:913 3:3', 'Who lastingly can’t consent', 'src/law/shared-records.ts'),
  on('2022:913 3:5', 'Danger to life: who has blocked, and ask them', 'src/law/shared-records.ts'),
  on('2022:913 3:6', 'Danger to life: unblocked records without consent', 'src/law/open-shared.ts'),
  on('2022:913 3:7', 'Nothing else opens them, not even consent', 'src/law/shared-records.ts'),
  later('NLL 5:3', 'Drug list: consent, dose dispensing', 'src/law/rules/drug-list.ts', DRUG_LIST),
  later('NLL 5:4', 'Drug list: special drugs', 'src/law/rules/drug-list.ts', DRUG_LIST),
  later('NLL 5:5', 'Drug list: emergency', 'src/law/rules/drug-list.ts', DRUG_LIST),
  on('HSLF-FS 2016:40', 'Active choice to see other units', 'src/law/sight-of.ts'),
  on('OSL 12:3', 'A minor’s own say', 'src/law/rules/proxy.ts'),
  on('OSL 22:1', 'Protected identity', 'src/law/mask.ts'),
  on('SMART', 'Scopes of apps', 'src/law/rules/scope.ts'),
]

function on(name: string, about: string, rule: string): Paragraph {
  return { name, about, rule }
}

function later(name: string, about: string, rule: string, awaits: string): Paragraph {
  return { name, about, rule, awaits }
}
