import { useCallback, useEffect, useState } from 'react'
import { mayRunRegions, type Session } from '../login/session.ts'
import { Card } from '../overview/card.tsx'
import { EventsCard, LacksCard, LeaveCard, StepsCard } from './region-cards.tsx'
import { type ShownRegion, stepsOf } from './regions.ts'
import {
  compareRegion,
  loadRegion,
  moveRegion,
  type RegionDetail,
  regionFailure,
  tryRegion,
} from './regions-client.ts'

/** Everything about the chosen region, and what an administrator can do with it. */
export function RegionPanel({
  session,
  region,
  onChanged,
}: {
  readonly session: Session
  readonly region: ShownRegion
  readonly onChanged: () => void
}) {
  const [detail, setDetail] = useState<RegionDetail>()
  const [failure, setFailure] = useState<string>()
  const load = useCallback(() => {
    loadRegion(session, region.id).then(setDetail, (cause) => setFailure(regionFailure(cause)))
  }, [session, region.id])
  useEffect(load, [load])
  const act = (what: () => Promise<void>) => {
    setFailure(undefined)
    const done = () => {
      load()
      onChanged()
    }
    what().then(done, (cause) => {
      setFailure(regionFailure(cause))
      done()
    })
  }
  const { contact, controllerName, controller } = region.agreement
  return (
    <div className="region-panel">
      <Card title={region.name} meta={region.id}>
        <dl className="facts">
          <dt>Ansvarig</dt>
          <dd>{controllerName ?? controller ?? 'okänd'}</dd>
          <dt>Jour</dt>
          <dd>{contact ?? 'okänd'}</dd>
        </dl>
        {failure && (
          <p className="failure" role="alert">
            {failure}
          </p>
        )}
        {mayRunRegions(session) && <Actions session={session} region={region} act={act} />}
      </Card>
      {detail && <StepsCard steps={stepsOf(region, detail.events)} />}
      {detail && <LacksCard information={detail.information} />}
      {detail && <EventsCard events={detail.events} />}
      {mayRunRegions(session) && region.state !== 'left' && <LeaveCard id={region.id} />}
    </div>
  )
}

const MOVES = {
  preparing: [['shadow', 'Börja testa']],
  shadow: [['live', 'Ta i drift']],
  live: [
    ['paused', 'Pausa'],
    ['shadow', 'Backa till test'],
  ],
  paused: [
    ['live', 'Återuppta'],
    ['shadow', 'Backa till test'],
  ],
  left: [],
} as const satisfies Record<
  ShownRegion['state'],
  readonly (readonly ['shadow' | 'live' | 'paused', string])[]
>

/** The steps that there are from where the region is, and a test at any time. Leaving is done at the server. */
function Actions({
  session,
  region,
  act,
}: {
  readonly session: Session
  readonly region: ShownRegion
  readonly act: (what: () => Promise<void>) => void
}) {
  return (
    <div className="buttons">
      <button
        type="button"
        className="button"
        onClick={() => act(() => tryRegion(session, region.id))}
      >
        Testa nu
      </button>
      {region.state === 'shadow' && (
        <button
          type="button"
          className="button"
          onClick={() => act(() => compareRegion(session, region.id))}
        >
          Jämför nu
        </button>
      )}
      {MOVES[region.state].map(([state, words]) => (
        <button
          key={state}
          type="button"
          className="button"
          onClick={() => act(() => moveRegion(session, region.id, state))}
        >
          {words}
        </button>
      ))}
    </div>
  )
}
