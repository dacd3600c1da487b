export interface ErrorDetail {
  message: string;
  property: string;
}

/** LINE says no: status and body as LINE writes them. */
export class LineRefusal extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly details: ErrorDetail[] = [],
  ) {
    super(message);
  }

  body(): object {
    return this.details.length > 0 ? { message: this.message, details: this.details } : { message: this.message };
  }
}

/** LINE's texts: https://developers.line.biz/en/reference/messaging-api/#error-messages */
export const refusals = {
  authentication: () =>
    new LineRefusal(
      401,
      'Authentication failed due to the following reason: invalid token. Confirm that the access token in the authorization header is valid.',
    ),
  notAvailable: () => new LineRefusal(403, 'Access to this API is not available for your account'),
  notFound: () => new LineRefusal(404, 'Not found'),
  lengthRequired: () => new LineRefusal(411, 'Length Required'),
  tooLarge: () => new LineRefusal(413, 'Request Entity Too Large'),
  contentType: (given: string) => new LineRefusal(415, `The content type, ${given}, is not supported`),
  rateLimit: () => new LineRefusal(429, 'The API rate limit has been exceeded. Try again later.'),
  monthlyLimit: () => new LineRefusal(429, 'You have reached your monthly limit.'),
  internal: () => new LineRefusal(500, 'Internal server error'),
  notJson: (line = '-', column = '-') =>
    new LineRefusal(400, `The request body could not be parsed as JSON (line: ${line}, column: ${column})`),
  property: (name: string) =>
    new LineRefusal(400, `The property, ${name}, in the request body is invalid (line: -, column: -)`),
  failedToSend: () => new LineRefusal(400, 'Failed to send messages'),
  replyToken: () => new LineRefusal(400, 'Invalid reply token'),
  parameter: (name: string) => new LineRefusal(400, `The value for the '${name}' parameter is invalid`),
  header: (name: string) => new LineRefusal(400, `The value for the '${name}' header is invalid`),
  errors: (details: ErrorDetail[]) => new LineRefusal(400, `The request body has ${details.length} error(s)`, details),
};
