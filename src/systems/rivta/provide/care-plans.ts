import type { Attachment, CarePlan } from 'fhir/r4'
import { HSA_ID_OID } from '../mapping/code-systems.ts'
import type { Xml, XmlContent } from '../soap/write-xml.ts'
import { changed, core, identifier, summaryHeader } from './message.ts'
import type { Producer } from './producer.ts'
import {
  contactIdOf,
  organizationOf,
  type Produced,
  type Production,
  personOf,
} from './production.ts'

/** GetCarePlans 2.0. */
export const CARE_PLANS: Producer = {
  domain: 'clinicalprocess:logistics:logistics',
  coreMajor: 3,
  item: 'carePlan',
  result: 'own',
  items: (production) => production.of('CarePlan').map((plan) => toPlan(plan, production)),
}

const TYPES = new Set(['SIP', 'SPLPTLRV', 'SPU', 'VP', 'HP', 'RP', 'GP', 'SVP'])

function toPlan(plan: CarePlan, production: Production): Produced<XmlContent> {
  const at = plan.created ?? plan.period?.start ?? changed(plan)
  const out = {
    resource: plan,
    author: personOf(plan.author, production),
    authored: at,
    documentTime: at,
    title: plan.title,
    encounter: plan.encounter,
    nullified: plan.status === 'entered-in-error',
  }
  const codings = (plan.category ?? []).flatMap(({ coding }) => coding ?? [])
  const body = core('carePlanBody', [
    contentsOf(plan, production).map(toContent),
    (plan.contributor ?? []).flatMap((reference) => {
      const unit = organizationOf(reference, production)
      return unit ? [identifier('participatingCareUnitHSAId', HSA_ID_OID, unit.hsaId)] : []
    }),
    core('typeOfCarePlanEnum', codings.find(({ code }) => TYPES.has(code ?? ''))?.code),
  ])
  const header = summaryHeader('carePlanHeader', out, production, {
    system: 'sourceSystemHSAId',
    contact: 'after',
  })
  return {
    resource: plan,
    at,
    contact: contactIdOf(plan.encounter),
    content: [header, body ?? EMPTY],
  }
}

/** A plan that says nothing more than its title. */
const EMPTY: Xml | undefined = core('carePlanBody', '')

/** Documents that the plan points at, and what is written in itself. */
function contentsOf({ supportingInfo = [], description }: CarePlan, { find }: Production) {
  const documents = supportingInfo.flatMap(({ reference }) => {
    const found = find(reference)
    return found?.resourceType === 'DocumentReference' ? found.content : []
  })
  const own: Attachment[] =
    description === undefined
      ? []
      : [{ contentType: 'text/plain', data: Buffer.from(description).toString('base64') }]
  return [...documents.map(({ attachment }) => attachment), ...own]
}

const MEDIA = new Set([
  'application/pdf',
  'application/msword',
  'image/gif',
  'image/jpeg',
  'image/png',
  'image/tiff',
  'text/html',
  'text/plain',
  'text/rtf',
  'text/xml',
])

/** A kind that the contract doesn't know can't be sent. */
function toContent({ contentType = '', data, url }: Attachment): Xml | undefined {
  const [type = ''] = contentType.split(';')
  if (!MEDIA.has(type)) return undefined
  return core('content', [core('mediaType', type), core('value', data), core('reference', url)])
}
