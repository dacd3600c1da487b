import type { JsonObject } from '../validation/problems.js';

export interface Size {
  width: number;
  height: number;
}

export interface Area {
  bounds: Size & { x: number; y: number };
  action: JsonObject;
}

/** A rich menu object as LINE keeps it: https://developers.line.biz/en/reference/messaging-api/#rich-menu-object */
export interface RichMenu {
  size: Size;
  selected: boolean;
  name: string;
  chatBarText: string;
  areas: Area[];
}

export interface BatchOperation {
  type: 'link' | 'unlink' | 'unlinkAll';
  from?: string;
  to?: string;
}

/** A batch request as it was accepted. Instants in milliseconds. */
export interface BatchOrder {
  requestId: string;
  at: number;
  dueAt: number;
  operations: BatchOperation[];
  resumeRequestKey?: string;
  /** Share of the people concerned who are left as they were, 0 to 1; more than 0 ends in the phase `failed`. */
  failShare: number;
}

/** What changes a channel's rich menus for good; `null` takes something away. */
export type RichMenuChange =
  | { type: 'create'; richMenuId: string; menu: RichMenu }
  | { type: 'image'; richMenuId: string; contentType: string; base64: string }
  | { type: 'delete'; richMenuId: string }
  | { type: 'default'; richMenuId: string | null }
  | { type: 'foreign-default'; on: boolean }
  | { type: 'alias'; richMenuAliasId: string; richMenuId: string | null }
  | { type: 'link'; richMenuId: string | null; userIds: string[] }
  | { type: 'bulk'; richMenuId: string | null; userIds: string[]; dueAt: number }
  | { type: 'batch'; order: BatchOrder }
  /** The next so many pieces of late work took effect. */
  | { type: 'settle'; count: number };

export const richMenuIdPattern = /^richmenu-[0-9a-f]{32}$/;
export const aliasIdPattern = /^[a-z0-9_-]{1,32}$/;
/** Menus, and also aliases, that one account may have through the API. */
export const mostMenus = 1000;
