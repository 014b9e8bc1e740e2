import { createHash } from 'node:crypto'
import type { ServerPages } from '../identity/oauth/server-parts.ts'

const STYLE = `body{font:16px/1.5 system-ui,sans-serif;max-width:42rem;margin:2rem auto;padding:0 1rem;color:#1b1f24;background:#fff}
h1{font-size:1.5rem}h2{font-size:1.1rem;margin-top:1.5rem}ul{padding:0;list-style:none}li{padding:.3rem 0;border-top:1px solid #d5d9de}
button,a.button{font:inherit;padding:.45rem .8rem;margin:.2rem .4rem .2rem 0;border:1px solid #1f5f8b;border-radius:.3rem;background:#fff;
color:#14476a;cursor:pointer;text-decoration:none;display:inline-block}button.main{background:#1f5f8b;color:#fff}
button:focus-visible,input:focus-visible,a:focus-visible{outline:3px solid #f2a900;outline-offset:2px}
input{font:inherit;padding:.45rem;width:16rem;max-width:100%}.fault{border-left:4px solid #b3261e;padding:.5rem .8rem;background:#fdeceb}`

/** Nothing is fetched, nothing runs, nobody frames us. Where a form leads is left open: it ends at the app. */
export const PAGE_POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; base-uri 'none'; frame-ancestors 'none'`

/** A person to choose among, as the picker shows them. */
export interface PatientRow {
  readonly id: string
  readonly name: string
  readonly personalNumber: string
}

/** Why a login or a launch came to nothing, in a sentence. */
export function refusalPage(why: string): string {
  return page(
    'Det gick inte att logga in',
    `<p class="fault" role="alert">${safe(why)}</p><p>Stäng fönstret, eller gå tillbaka till appen och försök igen.</p>
    <p><a class="button" href="/">Till arbetsytan</a></p>`,
  )
}

/** For an app that both may use. */
export function whoPage(app: string): string {
  return page(
    `Logga in till ${app}`,
    '<p><a class="button" href="?as=staff">Jag arbetar i vården</a> <a class="button" href="?as=patient">Jag är invånare</a></p>',
  )
}

/** Which patient the app is to be opened for. */
export function pickerPage(
  app: string,
  rows: readonly PatientRow[],
  searched: string | undefined,
): string {
  const list = rows.map(({ id, name, personalNumber }) => {
    return `<li><button name="patient" value="${safe(id)}">${safe(name)}, ${safe(personalNumber)}</button></li>`
  })
  const heading = searched === undefined ? 'I vård på din enhet' : 'Träffar'
  const none =
    searched === undefined ? 'Ingen är inskriven på din enhet.' : 'Ingen patient hittades.'
  return page(
    `Välj patient för ${app}`,
    `<form method="post"><p><label for="find">Namn eller personnummer</label><br>
    <input id="find" name="find" value="${safe(searched ?? '')}" autocomplete="off"> <button>Sök</button></p></form>
    <h2>${heading}</h2><form method="post">${list.length > 0 ? `<ul>${list.join('')}</ul>` : `<p>${none}</p>`}</form>`,
  )
}

/** What an app asks a patient for. */
export function consentPage(app: string, wishes: readonly string[]): string {
  return page(
    `Släpp in ${app}?`,
    `<p>Appen ${safe(app)} ber att få:</p><ul>${wishes.map((wish) => `<li>${safe(wish)}</li>`).join('')}</ul>
    <form method="post"><button class="main" name="answer" value="yes">Ja, släpp in appen</button>
    <button name="answer" value="no">Nej</button></form>`,
  )
}

/** The pages that the authorization server itself comes to. */
export const serverPages: ServerPages = {
  policy: PAGE_POLICY,
  error: (code) => refusalPage(WORDS[code] ?? `Appens begäran gick inte att ta emot (${code}).`),
  logout: (form) =>
    page(
      'Logga ut?',
      `${form}<p><button class="main" form="op.logoutForm" name="logout" value="yes">Ja, logga ut</button></p>`,
    ),
  loggedOut: () => page('Du är utloggad', '<p>Du kan stänga fönstret.</p>'),
}

const WORDS: Readonly<Record<string, string>> = {
  invalid_client: 'Appen är inte registrerad här.',
  invalid_redirect_uri: 'Appen angav en annan adress än den som är registrerad.',
  invalid_request: 'Appens begäran är ofullständig eller felaktig.',
  invalid_scope: 'Appen ber om något som den inte får.',
  server_error: 'Något gick fel hos oss. Försök igen om en stund.',
}

function safe(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)
}

const page = (title: string, body: string) =>
  `<!doctype html><html lang="sv"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${safe(title)}</title><style>${STYLE}</style><main><h1>${safe(title)}</h1>${body}</main></html>`
