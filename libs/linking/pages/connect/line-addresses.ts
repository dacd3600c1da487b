const LINE_LOGIN = 'https://access.line.me';
const LINE_APP = 'https://line.me';

/**
 * Opens the account in the LINE app, to add it or to stop blocking it:
 * https://developers.line.biz/en/docs/messaging-api/using-line-url-scheme/
 * @param loginBaseUrl where a stand-in is, these addresses are its too
 * @param basicId `@…`
 */
export function addFriendUrl(loginBaseUrl: string, basicId: string): string {
  return `${appBase(loginBaseUrl)}/R/ti/p/${encodeURIComponent(basicId)}`;
}

/** Opens the talk with the account, with a word ready to be sent. */
export function talkUrl(loginBaseUrl: string, basicId: string, word: string): string {
  return `${appBase(loginBaseUrl)}/R/oaMessage/${encodeURIComponent(basicId)}/?${encodeURIComponent(word)}`;
}

function appBase(loginBaseUrl: string): string {
  return loginBaseUrl === LINE_LOGIN ? LINE_APP : loginBaseUrl;
}
