import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsIn,
  IsOptional,
  IsUrl,
  Matches,
  MaxLength,
  ValidateNested,
} from 'class-validator';
import { Discriminated, IsText, Nullable, Refine } from '#kernel';
import { LINK_ROLES, type LinkRole } from '../link.entity.js';
import { COLOUR, contrast, LEAST_CONTRAST } from './contrast.js';
import { LANGUAGES, type Lang } from './language.js';

/** What a link page is made of. */
export const PARTS = ['logo', 'lead', 'friend', 'link', 'code', 'unlink', 'privacy'] as const;
export type Part = (typeof PARTS)[number];

const LONGEST_URL = 1_000;
const webUrl = { require_tld: false, protocols: ['http', 'https'], require_protocol: true, disallow_auth: true };
const colour = { message: 'must be a colour such as #1a2b3c' };
/** A name with dots, or localhost, perhaps with a port; as browsers write it. */
const HOST = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*(:\d{1,5})?$/;

@Refine<Colours>(({ text, background }) => tooFaint('/text', text, background))
@Refine<Colours>(({ accent, background }) => tooFaint('/accent', accent, background))
export class Colours {
  /** Links and buttons; the text of buttons has the colour of the background. */
  @Matches(COLOUR, colour) accent: string;
  @Matches(COLOUR, colour) background: string;
  @Matches(COLOUR, colour) text: string;
}

/** What is absent is said in our words. */
export class PageTexts {
  @IsOptional() @IsText(60, { min: 1 }) title?: string;
  @IsOptional() @IsText(1_000, { min: 1 }) lead?: string;
  /** On the button that begins linking. */
  @IsOptional() @IsText(40, { min: 1 }) link?: string;
  /** Asks to add the account as a friend. */
  @IsOptional() @IsText(500, { min: 1 }) friend?: string;
  @IsOptional() @IsText(40, { min: 1 }) addFriend?: string;
  @IsOptional() @IsText(40, { min: 1 }) code?: string;
  @IsOptional() @IsText(40, { min: 1 }) unlink?: string;
  /** Shown when all is done. */
  @IsOptional() @IsText(1_000, { min: 1 }) done?: string;
  /** The way into the my-page. */
  @IsOptional() @IsText(40, { min: 1 }) memberPage?: string;
}

export class TextsByLanguage {
  @IsOptional() @ValidateNested() @Type(() => PageTexts) ja?: PageTexts;
  @IsOptional() @ValidateNested() @Type(() => PageTexts) en?: PageTexts;
}

/** In both languages: nobody consents to what is written in another one. */
export class ConsentWording {
  @IsText(4_000, { min: 1 }) ja: string;
  @IsText(4_000, { min: 1 }) en: string;
}

export class HostedSignIn {
  kind: 'hosted';
}

export class CompanySignIn {
  kind: 'company';
  @MaxLength(LONGEST_URL) @IsUrl(webUrl) url: string;
}

/** Words that, alone in a message, begin something in the talk. */
export class Keywords {
  @IsArray() @ArrayMaxSize(10) @ArrayUnique() @IsText(20, { min: 1, each: true }) link: string[];
  @IsArray() @ArrayMaxSize(10) @ArrayUnique() @IsText(20, { min: 1, each: true }) unlink: string[];
  @IsArray() @ArrayMaxSize(10) @ArrayUnique() @IsText(20, { min: 1, each: true }) code: string[];
}

/** Settings of a link page; absent ones stay. */
export class LinkPageSettings {
  /** Default false: the address is not found. */
  @IsOptional() @IsBoolean() enabled?: boolean;

  /** The company's own host name under which the pages are reached too; null: only this installation's. */
  @IsOptional()
  @Nullable()
  @Matches(HOST, { message: 'must be a host name in small letters, such as line.shop.example' })
  host?: string | null;

  /** Default true: on other devices the page is not found. */
  @IsOptional() @IsBoolean() phoneOnly?: boolean;

  /** For browsers that like neither better. Default ja. */
  @IsOptional() @IsIn(LANGUAGES) language?: Lang;

  @IsOptional() @Nullable() @MaxLength(LONGEST_URL) @IsUrl(webUrl) logoUrl?: string | null;
  @IsOptional() @ValidateNested() @Type(() => Colours) colours?: Colours;
  @IsOptional() @ValidateNested() @Type(() => TextsByLanguage) texts?: TextsByLanguage;

  /** From top to bottom. `link` must be among them; `friend` is shown to those who are no friends. */
  @IsOptional() @ArrayMinSize(1) @ArrayUnique() @IsIn(PARTS, { each: true }) parts?: Part[];

  @IsOptional() @Nullable() @MaxLength(LONGEST_URL) @IsUrl(webUrl) privacyPolicyUrl?: string | null;

  /** What members agree to before linking; null: our wording. Its hash is its version. */
  @IsOptional() @Nullable() @ValidateNested() @Type(() => ConsentWording) consentText?: ConsentWording | null;

  /** The way into the my-page, shown when all is done. */
  @IsOptional() @Nullable() @MaxLength(LONGEST_URL) @IsUrl(webUrl) memberPageUrl?: string | null;

  /** Where members prove who they are: on our page, or on the company's. */
  @IsOptional()
  @Discriminated('kind', () => ({ hosted: HostedSignIn, company: CompanySignIn }))
  signIn?: HostedSignIn | CompanySignIn;

  /** Origins to which link sessions and the company's sign-in may send people back. */
  @IsOptional()
  @ArrayMaxSize(20)
  @ArrayUnique()
  @MaxLength(LONGEST_URL, { each: true })
  @IsUrl(webUrl, { each: true })
  returnUrls?: string[];

  @IsOptional() @ValidateNested() @Type(() => Keywords) keywords?: Keywords;

  /** Of the links that are made from the page. Default member. */
  @IsOptional() @IsIn(LINK_ROLES) role?: LinkRole;
}

/** The settings of a link page, all of them. */
export type LinkPage = Required<LinkPageSettings>;

/** What is kept: the settings that somebody has made. */
export type StoredLinkPage = Partial<LinkPage>;

export const DEFAULT_LINK_PAGE: LinkPage = {
  enabled: false,
  host: null,
  phoneOnly: true,
  language: 'ja',
  logoUrl: null,
  colours: { accent: '#00692f', background: '#ffffff', text: '#1a1a1a' },
  texts: {},
  parts: [...PARTS],
  privacyPolicyUrl: null,
  consentText: null,
  memberPageUrl: null,
  signIn: { kind: 'hosted' },
  returnUrls: [],
  keywords: { link: ['連携'], unlink: ['連携解除'], code: ['コード'] },
  role: 'member',
};

function tooFaint(path: string, colour: string, background: string) {
  const found = contrast(colour, background);
  if (found >= LEAST_CONTRAST) return undefined;
  const detail = `has a contrast of ${found.toFixed(2)} on the background; readable is ${LEAST_CONTRAST} or more`;
  return { path, detail };
}
