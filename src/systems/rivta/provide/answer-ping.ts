import { toRivtaTime } from '../mapping/time.ts'
import { PING } from '../ping-sources.ts'
import { pieces, tag, type Xml } from '../soap/write-xml.ts'
import type { XmlElement } from '../soap/xml-element.ts'

/** Whether somebody asks if we are there: PingForConfiguration 1.0, which every producer answers to whoever watches it. */
export function isPing({ name, namespace }: Pick<XmlElement, 'name' | 'namespace'>): boolean {
  return name === PING.operation && namespace === PING.responder
}

/** @param version what the producer says that it is: `Melior 216` */
export function answerPing(version: string, now: number): Xml {
  const fields = [
    tag('urn:version', version),
    tag('urn:pingDateTime', toRivtaTime(new Date(now).toISOString())),
  ]
  const name = `urn:${PING.operation}Response`
  return tag(name, fields, ` xmlns:urn="${PING.responder}"`) ?? pieces(undefined)
}
