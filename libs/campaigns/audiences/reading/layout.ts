/** Where in a file's rows the ids stand. */
export interface Layout {
  /** Column, from 0, of members by the company's own ids; null: there is none. */
  member: number | null;
  /** Of LINE user ids. The same as `member` where the file does not say: then an id's form tells. */
  lineUser: number | null;
}

const memberNames = new Set(['memberid', 'member', 'externalid', '会員id', '会員番号']);
const lineUserNames = new Set(['lineuserid', 'userid', 'uid', 'lineid', 'lineユーザーid', 'lineユーザid']);

/** What the first row says of the others; undefined where it is one of them. */
export function layoutOf(first: readonly string[]): Layout | undefined {
  const names = first.map((name) =>
    name
      .normalize('NFKC')
      .toLowerCase()
      .replace(/[\s_-]/g, ''),
  );
  const place = (known: ReadonlySet<string>) => {
    const at = names.findIndex((name) => known.has(name));
    return at < 0 ? null : at;
  };
  const layout = { member: place(memberNames), lineUser: place(lineUserNames) };
  return layout.member === null && layout.lineUser === null ? undefined : layout;
}

/** Of a file without names: ids stand first. */
export const UNNAMED: Layout = { member: 0, lineUser: 0 };
