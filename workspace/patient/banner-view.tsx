import type { ReactNode } from 'react'
import { Icon, type IconName } from '../frame/icons.tsx'
import type { Identity, Mark, Stay } from './banner.ts'

/** What the banner shows; it stands above every page of the record. */
export interface BannerRows {
  readonly identity: Identity
  readonly stay: Stay | undefined
  /** For one who is not on a ward. */
  readonly contact: { readonly what: string; readonly where: string } | undefined
  readonly marks: readonly Mark[]
  readonly allergyState: string | undefined
  /** What of the dangers could not be fetched, in words. */
  readonly missing: readonly string[]
  /** The reason the record was opened with; `undefined` when a care relation is known. */
  readonly reason: string | undefined
  readonly blocked: 'some' | 'none' | 'unknown' | undefined
  /** Other units have records that the user has not chosen to see. */
  readonly otherUnits: boolean
  /** Other care providers have records that the user has not opened. */
  readonly otherProviders: boolean
}

const SIGNS: Readonly<Record<Mark['sign'], IconName>> = {
  allergy: 'alert',
  infection: 'infection',
  bleeding: 'drop',
  kidney: 'kidney',
  pregnancy: 'person',
  limit: 'limit',
  other: 'note',
}

/** Who the patient is, where, what must be known, and with what right the record is open. */
export function Banner({
  rows,
  elsewhere,
  onElsewhere,
  onChooseUnits,
  onHidden,
  children,
}: {
  readonly rows: BannerRows
  /** What the way to all regions, or back, is called. */
  readonly elsewhere: string
  readonly onElsewhere: () => void
  /** The user chooses to see what other units have noted. */
  readonly onChooseUnits: () => void
  /** The user wants to know of what is blocked, or kept by others. */
  readonly onHidden: () => void
  /** What stands below on paper, where the banner is on each page. */
  readonly children: ReactNode
}) {
  const { identity } = rows
  return (
    <section className="banner" aria-label="Patient">
      <div className="banner-who">
        <Photo />
        <div>
          <h1 tabIndex={-1}>{identity.name}</h1>
          <p className="number num">
            {identity.personnummer} <span>· {identity.about}</span>
          </p>
        </div>
      </div>
      <Place rows={rows} />
      <Marks rows={rows} />
      <Access rows={rows} onChooseUnits={onChooseUnits} onHidden={onHidden}>
        <button type="button" className="link" onClick={onElsewhere}>
          {elsewhere}
        </button>
      </Access>
      {children}
    </section>
  )
}

function Photo() {
  return (
    <svg className="photo" viewBox="0 0 44 44" aria-hidden="true">
      <circle cx="22" cy="17" r="8" />
      <path d="M6 44c1-10 8-15 16-15s15 5 16 15z" />
    </svg>
  )
}

function Place({ rows: { stay, contact } }: { readonly rows: BannerRows }) {
  if (stay) {
    const { place, day, pal, pas } = stay
    return (
      <div className="banner-place">
        <span>
          <b>{place}</b> · dag {day}
        </span>
        <span>
          {[pal ? `PAL ${pal}` : 'PAL saknas', pas && `PAS ${pas}`].filter(Boolean).join(' · ')}
        </span>
      </div>
    )
  }
  if (!contact) return null
  return (
    <div className="banner-place">
      <span>{contact.what}</span>
      <span>{contact.where}</span>
    </div>
  )
}

function Marks({ rows }: { readonly rows: BannerRows }) {
  const { identity, marks, allergyState, missing } = rows
  return (
    <ul className="banner-marks" aria-label="Uppmärksamhetsinformation">
      {identity.died && (
        <li className="chip plain">
          <b>Avliden {identity.died}</b>
        </li>
      )}
      {identity.isProtected && (
        <li className="chip critical">
          <Icon name="lock" />
          Skyddade personuppgifter
        </li>
      )}
      {marks.map(({ kind, sign, text }) => (
        <li key={text} className={`chip ${kind}`}>
          <Icon name={SIGNS[sign]} />
          {text}
        </li>
      ))}
      {allergyState && <li className="chip plain">{allergyState}</li>}
      {missing.length > 0 && (
        <li className="chip warning">
          <Icon name="alert" />
          Kunde inte hämtas: {missing.join(', ')}
        </li>
      )}
    </ul>
  )
}

function Access({
  rows: { reason, blocked, otherUnits, otherProviders },
  onChooseUnits,
  onHidden,
  children,
}: {
  readonly rows: BannerRows
  readonly onChooseUnits: () => void
  readonly onHidden: () => void
  readonly children: ReactNode
}) {
  return (
    <div className="banner-access">
      <span>
        <Icon name="relation" /> {reason ? `Ingen vårdrelation · skäl: ${reason}` : 'Vårdrelation'}
        {children}
      </span>
      {otherUnits && (
        <>
          <button type="button" className="button small" onClick={onChooseUnits}>
            Visa andra enheters uppgifter
          </button>
          <span className="on-paper">Andra enheter har uppgifter som inte visas</span>
        </>
      )}
      {otherProviders && (
        <button type="button" className="link" onClick={onHidden}>
          Andra vårdgivare har uppgifter
        </button>
      )}
      {blocked === 'some' && (
        <button type="button" className="chip blocked" onClick={onHidden}>
          <Icon name="lock" />
          Spärrad information finns
        </button>
      )}
      {blocked === 'unknown' && (
        <span className="chip warning">
          <Icon name="lock" />
          Okänt om något är spärrat
        </span>
      )}
    </div>
  )
}
