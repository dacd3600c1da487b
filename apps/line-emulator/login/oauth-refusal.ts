import { LineRefusal } from '../messaging-api/line-refusal.js';

/** LINE's OAuth endpoints say no in another form than the Messaging API. */
export class OAuthRefusal extends LineRefusal {
  constructor(
    private readonly error: string,
    description: string,
    status = 400,
  ) {
    super(status, description);
  }

  override body(): object {
    return { error: this.error, error_description: this.message };
  }
}

/** Texts LINE prints in its reference; where it prints none, the words are ours. */
export const oauth = {
  missing: () => new OAuthRefusal('invalid_request', 'some parameters missed or invalid'),
  grantType: () => new OAuthRefusal('unsupported_grant_type', 'unsupported grant_type'),
  client: () => new OAuthRefusal('invalid_client', 'invalid client_id or client_secret'),
  assertion: () => new OAuthRefusal('invalid_client', 'Invalid client assertion.'),
  channelKey: () => new OAuthRefusal('invalid_client', 'Cannot find channel key that satisfies the conditions', 404),
  code: () => new OAuthRefusal('invalid_grant', 'invalid authorization code'),
  redirectUri: () => new OAuthRefusal('invalid_grant', 'redirect_uri does not match'),
  verifier: () => new OAuthRefusal('invalid_grant', 'code_verifier does not match'),
  refreshToken: () => new OAuthRefusal('invalid_grant', 'invalid refresh token'),
  invalid: (description: string) => new OAuthRefusal('invalid_request', description),
};
