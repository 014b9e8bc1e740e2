import { Icon } from '../frame/icons.tsx'
import { Card } from '../overview/card.tsx'

/** Who may know who has looked. The log is read by the patient and by reviewers, and by nobody in care. */
export function LogCard() {
  return (
    <Card title="Logg" meta="vem som har läst, när och varför" wide>
      <div className="log-words">
        <Icon name="clock" />
        <p>
          Allt som visas, skrivs och öppnas här loggas innan det syns på skärmen. Patienten har rätt
          till ett loggutdrag: enhet, tidpunkt, yrke, slag av uppgifter och varför (PDL 8 kap. 5 §).
          Utdraget lämnas av loggranskaren, som tar fram det under <b>Granskning</b> och kan skriva
          ut det. I uppdrag för vård visas loggen inte (PDL 4 kap. 3 §).
        </p>
      </div>
    </Card>
  )
}
