/**
 * Holds every import of the repository against `boundaries.mjs` and fails on the first rule that is broken.
 * Runs as `npm run boundaries`.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cruise } from 'dependency-cruiser';
import type { ICruiseResult, IForbiddenRuleType, IViolation } from 'dependency-cruiser';

/** What `boundaries.mjs` exports. */
export interface Boundaries {
  /** Names of the folders in `libs/`, lowest floor first. */
  libs: string[];
  /** Package name → the only lib that may import it. */
  packageOwners: Record<string, string>;
}

const roots = ['libs', 'apps', 'test', 'bench', 'tools'];
const spec = '\\.spec\\.ts$';
const escape = (text: string) => text.replace(/[/.@-]/g, '\\$&');

type Side = Record<string, string | boolean | string[]>;

function forbid(name: string, comment: string, from: Side, to: Side) {
  return { name, comment, severity: 'error', from, to } as IForbiddenRuleType;
}

function upwardImports(libs: string[]): IForbiddenRuleType[] {
  return libs.slice(0, -1).map((lib, floor) => {
    // Specs may stand on `testing`, which is above everything; that is ruled below.
    const above = libs.slice(floor + 1).filter((name) => name !== 'testing');
    return forbid(
      'no-upward-import',
      'a lib imports only what stands before it in boundaries.mjs',
      { path: `^libs/${lib}/` },
      { path: above.length > 0 ? `^libs/(${above.join('|')})/` : '^$' },
    );
  });
}

function libFaces(): IForbiddenRuleType[] {
  return [
    forbid(
      'no-deep-import',
      'a lib is imported by its index.ts (#name) only',
      { path: '^libs/([^/]+)/' },
      { path: '^libs/', pathNot: '^libs/(?:$1/|[^/]+/index\\.ts$)' },
    ),
    forbid(
      'no-deep-import',
      'a lib is imported by its index.ts (#name) only',
      { pathNot: '^libs/' },
      { path: '^libs/', pathNot: '^libs/[^/]+/index\\.ts$' },
    ),
    forbid(
      'no-own-index',
      'inside a lib, import the file that declares the thing, not index.ts',
      { path: '^libs/([^/]+)/' },
      { path: '^libs/$1/index\\.ts$' },
    ),
  ];
}

function appsAndTests(): IForbiddenRuleType[] {
  return [
    forbid(
      'no-app-in-lib',
      'libs know no app; only libs/testing may start the emulator',
      { path: '^libs/', pathNot: '^libs/testing/' },
      { path: '^apps/' },
    ),
    forbid(
      'no-app-in-lib',
      'libs know no app; only libs/testing may start the emulator',
      { path: '^libs/testing/' },
      { path: '^apps/', pathNot: '^apps/line-emulator/' },
    ),
    forbid(
      'no-app-in-app',
      'apps do not import each other; only standalone puts them together',
      { path: '^apps/([^/]+)/', pathNot: `^apps/standalone/|${spec}` },
      { path: '^apps/', pathNot: '^apps/$1/' },
    ),
    forbid(
      'no-lib-in-emulator',
      'the emulator must be able to disagree with us',
      { path: '^apps/line-emulator/', pathNot: spec },
      { path: '^libs/' },
    ),
    forbid(
      'no-testing-in-product',
      'libs/testing is for specs, for the testing folders beside them, test/, bench/ and tools/chaos',
      { path: '^(libs|apps|tools)/', pathNot: `^libs/testing/|^libs/.+/testing/|^tools/chaos/|${spec}` },
      { path: '^libs/testing/' },
    ),
    forbid(
      'no-test-in-product',
      'specs, test/, bench/ and tools/ are imported by nothing else',
      { path: '^(libs|apps)/' },
      { path: `^(test|bench|tools)/|${spec}` },
    ),
  ];
}

function packages(owners: Record<string, string>): IForbiddenRuleType[] {
  return Object.entries(owners).map(([name, lib]) =>
    forbid(
      'no-foreign-package',
      'boundaries.mjs names the one lib that may import this package',
      { path: '^(libs|apps|test|tools)/', pathNot: `^libs/${lib}/` },
      { path: `(^|node_modules/)${escape(name)}(/|$)` },
    ),
  );
}

function rules({ libs, packageOwners }: Boundaries): IForbiddenRuleType[] {
  return [
    ...upwardImports(libs),
    ...libFaces(),
    ...appsAndTests(),
    ...packages(packageOwners),
    forbid('no-cycle', 'files do not import each other in a circle', {}, { circular: true }),
    // Without this a mistyped or unknown import would be invisible to every rule above. (Packages may declare types
    // beside no module; those are the compiler's to find.)
    forbid(
      'no-unresolved',
      'every import must lead somewhere',
      {},
      { couldNotResolve: true, dependencyTypesNot: ['type-only'] },
    ),
    forbid(
      'no-unlisted-lib',
      'every folder in libs/ has its place in boundaries.mjs',
      { path: '^libs/', pathNot: `^libs/(${libs.join('|')})/` },
      {},
    ),
  ];
}

/** @returns one line for each broken rule: `rule: from → to (why)`; empty when all imports keep the order. */
export async function findViolations(root: string, boundaries: Boundaries): Promise<string[]> {
  const forbidden = rules(boundaries);
  const { output } = await cruise(
    roots.filter((folder) => existsSync(join(root, folder))),
    {
      baseDir: root,
      ruleSet: { forbidden },
      validate: true,
      tsPreCompilationDeps: true,
      doNotFollow: { path: 'node_modules' },
      exclude: { path: '^dist/' },
    },
    {
      conditionNames: ['source', 'import', 'node', 'default'],
      exportsFields: ['exports'],
      extensions: ['.ts', '.mjs', '.js', '.json'],
    },
  );
  return (output as ICruiseResult).summary.violations.map((violation) => describe(violation, forbidden));
}

function describe({ rule, from, to }: IViolation, forbidden: IForbiddenRuleType[]): string {
  const why = forbidden.find(({ name }) => name === rule.name)?.comment ?? '';
  return `${rule.name}: ${from} → ${to} (${why})`;
}

if (import.meta.main) {
  const root = join(import.meta.dirname, '..');
  const boundaries = (await import(String(new URL('../boundaries.mjs', import.meta.url)))) as Boundaries;
  const violations = await findViolations(root, boundaries);
  for (const violation of violations) console.error(violation);
  console.log(`${violations.length} boundary violations`);
  process.exitCode = violations.length > 0 ? 1 : 0;
}
