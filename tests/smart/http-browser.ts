/** A browser as far as redirects and cookies go: what an attacker, or an app without a screen, can do. */
export interface HttpBrowser {
  /** Follows redirects as a browser would, until an address begins with one of these; that one is not fetched. */
  go(address: string, stopAt: readonly string[], form?: Record<string, string>): Promise<Arrived>
  readonly cookies: Map<string, Cookie>
}

/** Where a browser came to rest. */
export interface Arrived {
  readonly address: URL
  /** `undefined` where it stopped at a redirect that was to be looked at. */
  readonly status: number | undefined
  readonly text: string
  readonly headers: Headers | undefined
}

interface Cookie {
  readonly value: string
  readonly path: string
  readonly host: string
}

const MOST_HOPS = 20

/** One with an empty jar. */
export function createHttpBrowser(): HttpBrowser {
  const cookies = new Map<string, Cookie>()

  function take(address: URL, response: Response): void {
    for (const line of response.headers.getSetCookie()) {
      const [pair = '', ...attributes] = line.split(';').map((part) => part.trim())
      const [name = '', value = ''] = pair.split(/=(.*)/s)
      const path = attributes.find((each) => /^path=/i.test(each))?.slice(5) ?? '/'
      const key = `${address.host}${path} ${name}`
      if (value === '' || /1970/.test(line)) cookies.delete(key)
      else cookies.set(key, { value, path, host: address.host })
    }
  }

  function headerFor(address: URL): string {
    return [...cookies]
      .filter(([, { host, path }]) => host === address.host && address.pathname.startsWith(path))
      .map(([key, { value }]) => `${key.split(' ')[1]}=${value}`)
      .join('; ')
  }

  return {
    cookies,
    async go(start, stopAt, form) {
      let address = new URL(start)
      let body = form && new URLSearchParams(form)
      for (let hop = 0; hop < MOST_HOPS; hop++) {
        if (hop > 0 && stopAt.some((each) => address.href.startsWith(each))) {
          return { address, status: undefined, text: '', headers: undefined }
        }
        const response = await fetch(address, {
          redirect: 'manual',
          headers: { cookie: headerFor(address) },
          ...(body && { method: 'POST', body }),
        })
        take(address, response)
        const location = response.headers.get('location')
        const text = await response.text()
        if (location === null)
          return { address, status: response.status, text, headers: response.headers }
        address = new URL(location, address)
        body = undefined
      }
      throw new Error('too many redirects')
    },
  }
}
