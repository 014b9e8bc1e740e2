import { ASSERTION_ALGS, OTHER_SCOPES } from '../identity/oauth/apps.ts'

/** What this server can, in SMART's words. Only what tests show. https://hl7.org/fhir/smart-app-launch/conformance.html */
const CAPABILITIES = [
  'launch-ehr',
  'launch-standalone',
  'client-public',
  'client-confidential-asymmetric',
  'sso-openid-connect',
  'context-ehr-patient',
  'context-ehr-encounter',
  'context-standalone-patient',
  'permission-offline',
  'permission-online',
  'permission-patient',
  'permission-user',
  'permission-v1',
  'permission-v2',
]

/** `.well-known/smart-configuration` of a region. https://hl7.org/fhir/smart-app-launch/conformance.html#using-well-known */
export function smartConfiguration(issuer: string): object {
  return {
    ...openidConfiguration(issuer),
    introspection_endpoint: `${issuer}/token/introspection`,
    revocation_endpoint: `${issuer}/token/revocation`,
    capabilities: CAPABILITIES,
  }
}

/** The part of it that OpenID Connect knows. https://openid.net/specs/openid-connect-discovery-1_0.html */
export function openidConfiguration(issuer: string): object {
  return {
    issuer,
    jwks_uri: `${issuer}/jwks`,
    authorization_endpoint: `${issuer}/auth`,
    token_endpoint: `${issuer}/token`,
    end_session_endpoint: `${issuer}/session/end`,
    grant_types_supported: ['authorization_code', 'refresh_token', 'client_credentials'],
    response_types_supported: ['code'],
    response_modes_supported: ['query'],
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: ['RS256'],
    code_challenge_methods_supported: ['S256'],
    token_endpoint_auth_methods_supported: ['none', 'private_key_jwt'],
    token_endpoint_auth_signing_alg_values_supported: ASSERTION_ALGS,
    authorization_response_iss_parameter_supported: true,
    scopes_supported: [
      ...OTHER_SCOPES,
      'patient/*.cruds',
      'user/*.cruds',
      'system/*.cruds',
      'patient/*.read',
      'user/*.read',
    ],
  }
}

/** `CapabilityStatement.rest.security`. https://hl7.org/fhir/smart-app-launch/conformance.html#using-cs */
export function securityOf(issuer: string): object {
  const uri = (url: string, valueUri: string) => ({ url, valueUri })
  return {
    cors: true,
    service: [
      {
        coding: [
          {
            system: 'http://terminology.hl7.org/CodeSystem/restful-security-service',
            code: 'SMART-on-FHIR',
          },
        ],
      },
    ],
    extension: [
      {
        url: 'http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris',
        extension: [
          uri('authorize', `${issuer}/auth`),
          uri('token', `${issuer}/token`),
          uri('introspect', `${issuer}/token/introspection`),
          uri('revoke', `${issuer}/token/revocation`),
        ],
      },
    ],
  }
}
