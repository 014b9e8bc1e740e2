import { useCallback, useEffect, useState } from 'react'
import { Link } from '../frame/link.tsx'
import { tellSources } from '../frame/status.tsx'
import type { Session } from '../login/session.ts'
import { Card } from '../overview/card.tsx'
import { type RegionsPageName, regionsPath } from '../route.ts'
import { MapTable } from './map-table.tsx'
import { RegionPanel } from './region-panel.tsx'
import { RegionTable } from './region-table.tsx'
import {
  countWords,
  type MapRow,
  mappedRegions,
  mapRows,
  regionRows,
  type ShownRegion,
} from './regions.ts'
import { loadRegion, loadRegions, regionFailure } from './regions-client.ts'

const TABS: readonly (readonly [RegionsPageName, string])[] = [
  ['list', 'Lista'],
  ['map', 'Informationskarta'],
]

const CLOCK = new Intl.DateTimeFormat('sv-SE', {
  timeZone: 'Europe/Stockholm',
  timeStyle: 'medium',
})

/** Milliseconds between looks: how the regions answer changes by itself. */
const LOOK_EVERY = 30_000

/** The regions: who takes part, how each answers, what information it has, and how one joins. */
export function RegionsPage({
  session,
  page,
}: {
  readonly session: Session
  readonly page: RegionsPageName
}) {
  const { regions, at, failure, look } = useRegions(session)
  const [chosen, setChosen] = useState<string>()
  const region = regions?.find(({ id }) => id === chosen)
  return (
    <div className="page">
      <h1>Regioner</h1>
      <p>
        {regions
          ? `${countWords(regions)}. Här syns hur var och en svarar, mätt härifrån.`
          : 'Hämtar …'}
      </p>
      <nav className="tabs" aria-label="Regioner">
        {TABS.map(([each, words]) => (
          <Link key={each} to={regionsPath(each)} current={each === page}>
            {words}
          </Link>
        ))}
      </nav>
      {failure && (
        <p className="failure" role="alert">
          {failure}
        </p>
      )}
      {regions && page === 'list' && (
        <div className="review-columns">
          <Card title="Anslutna och på väg" meta={`${regions.length}`}>
            <RegionTable rows={regionRows(regions, at)} chosen={chosen} onChoose={setChosen} />
            <p className="measured">
              <span>Mäts härifrån varje minut. Varje region mäter från sitt håll.</span>
              <span className="num">Uppdaterad {CLOCK.format(at)}</span>
            </p>
          </Card>
          {region ? (
            <RegionPanel key={region.id} session={session} region={region} onChanged={look} />
          ) : (
            <p className="empty">Välj en region för att se hur långt den kommit.</p>
          )}
        </div>
      )}
      {regions && page === 'map' && <WholeMap session={session} regions={regions} />}
    </div>
  )
}

/** The regions now, and again every half minute. */
function useRegions(session: Session) {
  const [regions, setRegions] = useState<readonly ShownRegion[]>()
  const [at, setAt] = useState(0)
  const [failure, setFailure] = useState<string>()
  const look = useCallback(() => {
    loadRegions(session).then(
      (found) => {
        setAt(Date.now())
        setRegions(found.filter(({ id }) => id !== 'sandbox'))
        setFailure(undefined)
        tellSources(sourcesOf(found))
      },
      (cause) => setFailure(regionFailure(cause)),
    )
  }, [session])
  useEffect(() => {
    document.title = 'Regioner – Kärna'
    look()
    const timer = setInterval(look, LOOK_EVERY)
    return () => clearInterval(timer)
  }, [look])
  return { regions, at, failure, look }
}

function sourcesOf(regions: readonly ShownRegion[]) {
  const silent = regions.filter(
    ({ state, health }) => state === 'live' && health.silentSince !== undefined,
  )
  const words = 'Källa: regionernas svar till den här servern'
  if (silent.length === 0) return { words }
  return { words, missing: `${silent.map(({ name }) => name).join(', ')} svarar inte` }
}

/** What every region that is open has of each kind of information. */
function WholeMap({
  session,
  regions,
}: {
  readonly session: Session
  readonly regions: readonly ShownRegion[]
}) {
  const [rows, setRows] = useState<readonly MapRow[]>()
  const [failure, setFailure] = useState<string>()
  const open = mappedRegions(regions)
  const names = open.map(({ id }) => id).join()
  useEffect(() => {
    const ids = names === '' ? [] : names.split(',')
    Promise.all(
      ids.map(async (region) => {
        const { information } = await loadRegion(session, region)
        return { region, information }
      }),
    ).then(
      (maps) => setRows(mapRows(maps)),
      (cause) => setFailure(regionFailure(cause)),
    )
  }, [session, names])
  return (
    <Card title="Vad vården behöver, och hur det finns i varje region">
      {failure && <p className="failure">{failure}</p>}
      {rows && <MapTable regions={open} rows={rows} />}
    </Card>
  )
}
