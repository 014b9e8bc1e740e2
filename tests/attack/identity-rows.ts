// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are pieces of source
import type { AttackRow } from './attack-row.ts'

const SIGN_IN = 'src/identity/login/identity-provider.ts'
const STORE = 'src/identity/oauth/oauth-store.ts'
const SERVER = 'src/identity/oauth/provider-configuration.ts'

/** The rows AN01–AN20, and those of AU that are about logins, tokens and keys. A test of a row begins with its name. */
export const IDENTITY_ROWS: readonly AttackRow[] = [
  {
    row: 'AN01',
    threat: 'alg none, HS256 with the public key, r = s = 0, forged tokens',
    broken: {
      file: SIGN_IN,
      find: 'const { payload } = await jwtVerify(token, keys, {',
      put: "const payload = JSON.parse(Buffer.from(token.split('.')[1], 'base64url')); void ({",
    },
  },
  {
    row: 'AN02',
    threat: 'keys in the header: jwk, jku, x5u; a kid that is a path or SQL',
    broken: {
      file: SIGN_IN,
      find: 'await jwtVerify(token, keys, {',
      put: 'await jwtVerify(token, (header) => header.jwk ? importJWK(header.jwk, header.alg) : keys(header), {',
    },
  },
  {
    row: 'AN03',
    threat: 'iss, aud, exp, nbf and typ; an ID token as access token; a token of another region',
    broken: { file: SIGN_IN, find: 'audience: settings.clientId,', put: '' },
  },
  {
    row: 'AN04',
    threat: 'client assertion replayed, also at the same moment',
    broken: { file: STORE, find: 'if (rows.length === 0) throw', put: 'if (false) throw' },
  },
  {
    row: 'AN05',
    threat: 'PKCE downgrade',
    broken: {
      file: SERVER,
      find: 'pkce: { required: () => true }',
      put: 'pkce: { required: () => false }',
    },
  },
  {
    row: 'AN06',
    threat: 'redirect address',
    broken: {
      file: 'node_modules/oidc-provider/lib/models/client.js',
      find: 'if (allowedUris.includes(value)) {',
      put: 'if (allowedUris.some((uri) => value.startsWith(uri))) {',
    },
  },
  {
    row: 'AN07',
    threat: 'code replayed',
    broken: {
      file: STORE,
      find: 'where grant_id = ${grantId} and kind = ${kind}',
      put: 'where grant_id = ${grantId} and kind = ${kind} and false',
    },
  },
  {
    row: 'AN08',
    threat: 'refresh token used again',
    broken: { file: SERVER, find: 'rotateRefreshToken: true', put: 'rotateRefreshToken: false' },
  },
  {
    row: 'AN09',
    threat: 'mix-up of providers: iss, state, nonce',
    broken: { file: SIGN_IN, find: 'return iss === metadata.issuer', put: 'return true' },
  },
  {
    row: 'AN10',
    threat: 'scope that grows',
    broken: {
      file: 'src/identity/oauth/apps.ts',
      find: 'return own !== undefined && isWithin(asked, own)',
      put: 'return own !== undefined',
    },
  },
  {
    row: 'AN11',
    threat: 'launch of another user, app or commission; used again; another patient',
    broken: { file: 'src/identity/launch.ts', find: 'row.commission === commission &&', put: '' },
  },
  {
    row: 'AN12',
    threat: 'what is revoked still works',
    broken: {
      file: 'src/identity/identity.ts',
      find: 'const BELIEVED = 1_000',
      put: 'const BELIEVED = 60_000',
    },
  },
  {
    row: 'AN13',
    threat: 'forwarding headers forged (certificate-bound tokens have no surface yet)',
    broken: {
      file: 'src/identity/oauth/authorization-server.ts',
      find: 'request.headers.host = host',
      put: '',
    },
  },
  {
    row: 'AN14',
    threat: 'session: fixed, idle, too old, ended',
    broken: {
      file: 'src/identity/login/logins.ts',
      find: 'export const IDLE_MINUTES = 15',
      put: 'export const IDLE_MINUTES = 15_000',
    },
  },
  {
    row: 'AN15',
    threat: 'another site’s pages: login forced, form sent, answer read',
    broken: {
      file: 'src/identity/login/login-attempts.ts',
      find: 'where state_hash = ${sha256(state)} and browser_hash = ${sha256(browser)} and used_at is null',
      put: "where state_hash = ${sha256(state)} and ${browser} <> 'x' and used_at is null",
    },
  },
  {
    row: 'AN16',
    threat: 'pages in a foreign frame',
    broken: { file: 'src/api/oauth-pages.ts', find: "; frame-ancestors 'none'", put: '' },
  },
  {
    row: 'AN17',
    threat: 'a weak login, a foreign HSA-id, an answer used again',
    broken: {
      file: 'src/identity/login/claims.ts',
      find: 'if (!STRONG.has(text(claims.acr)))',
      put: 'if (false)',
    },
  },
  {
    row: 'AN18',
    threat: 'an app that registers itself',
    broken: {
      file: SERVER,
      find: 'clientCredentials: { enabled: true },',
      put: 'clientCredentials: { enabled: true }, registration: { enabled: true },',
    },
  },
  {
    row: 'AN19',
    threat: 'lockout abuse and stuffing',
    noSurface: 'no passwords or accounts here: logins are the identity providers’',
  },
  {
    row: 'AN20',
    threat: 'secrets in addresses and logs',
    broken: {
      file: 'src/api/api.ts',
      find: 'parts.identity.accessOf(request.headers.authorization)',
      put: 'parts.identity.accessOf(request.headers.authorization ?? `Bearer ${request.query.access_token}`)',
    },
  },
  {
    row: 'AU06',
    threat: 'an actor that the caller names',
    broken: {
      file: 'src/api/api.ts',
      find: 'access: { ...known,',
      put: "access: { ...known, user: request.headers['x-actor'] ?? known.user,",
    },
  },
  {
    row: 'AU11',
    threat: 'tokens in the clear where an operator sees them',
    broken: {
      file: STORE,
      find: 'const kept = withoutSecrets(payload)',
      put: 'const kept = payload',
    },
  },
  {
    row: 'AU12',
    threat: 'signing keys that change under load',
    broken: {
      file: 'src/identity/oauth/signing-keys.ts',
      find: 'export const JWKS_AGE_SECONDS = 300',
      put: 'export const JWKS_AGE_SECONDS = 0',
    },
  },
  {
    row: 'AU13',
    threat: 'TLS between regions',
    noSurface: 'the server listens on loopback behind the region’s own proxy',
  },
  {
    row: 'AU14',
    threat: 'demo logins in production',
    broken: {
      file: 'src/identity/identity.ts',
      find: 'and (${demo} or not demo)',
      put: 'and (${demo} or true)',
    },
  },
]
