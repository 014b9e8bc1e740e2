import { Card } from '../overview/card.tsx'
import type { Hidden } from './access.ts'

/** That other care providers have records, and the ways to open them; never whose they are. */
export function OthersCard({
  hidden: { otherProviders, otherProvidersBlocked },
  where,
  onOpen,
  onEmergency,
}: {
  readonly hidden: Hidden
  /** Among whom was asked: `i regionen`. */
  readonly where: string
  readonly onOpen: () => void
  readonly onEmergency: () => void
}) {
  return (
    <Card title="Andra vårdgivares uppgifter">
      <p className="padded">
        {otherProviders
          ? 'Andra vårdgivare har uppgifter om patienten.'
          : `Inga andra vårdgivare ${where} har uppgifter om patienten.`}
        {otherProvidersBlocked && ' En del av dem är spärrade.'}
      </p>
      {otherProviders && (
        <p className="buttons">
          <button type="button" className="button" onClick={onOpen}>
            Öppna i steg
          </button>
          <button type="button" className="button urgent" onClick={onEmergency}>
            Nödöppning
          </button>
        </p>
      )}
    </Card>
  )
}
