import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import { Audit } from '#audit';
import { Channels } from '#channels';
import { Database } from '#database';
import { invalid, newId, notFound, type Scope } from '#kernel';
import { LINE_LIMITS } from '#line';
import { Renderer } from '../picture/renderer.js';
import { imageTooLarge, imageUnfit, menuInUse, noImage, tooManyMenus } from '../rich-menus.errors.js';
import { MenuChannels } from '../rules/menu-channels.service.js';
import { definitionOf, switchesOf, type MenuDefinition } from './definition.js';
import { readImageHeader } from './image-header.js';
import type { MenuWriteDto } from './menus.dto.js';
import { MenusRepository, type Menu, type MenuAtLine, type MenuImage } from './menus.repository.js';

export type MenuWithLine = Menu & { atLine?: MenuAtLine };

const limits = LINE_LIMITS.richMenus;

/** The rich menus of a workspace's channels, checked against LINE's limits before LINE sees them. */
@Injectable()
export class Menus {
  constructor(
    private readonly db: Database,
    private readonly repository: MenusRepository,
    private readonly channels: Channels,
    private readonly menuChannels: MenuChannels,
    private readonly renderer: Renderer,
    private readonly audit: Audit,
  ) {}

  /** @throws AppError 400 naming every place LINE would not take, 404, 409 for one too many */
  async create(scope: Scope, channelId: string, dto: MenuWriteDto): Promise<MenuWithLine> {
    await this.channels.get(scope, channelId);
    const definition = checked(dto);
    const picture = definition.design && (await this.renderer.draw(definition.design));
    const id = newId();
    await this.db.transaction(scope, async () => {
      await this.repository.claimChannel(scope, channelId);
      if ((await this.repository.count(scope, channelId)) >= limits.most) throw tooManyMenus();
      await this.refuseForeign(scope, { id, channelId }, definition);
      await this.repository.insert(scope, { id, channelId, name: dto.name, definition, createdAt: scope.clock.now() });
      if (picture) await this.complete(scope, { id, channelId }, { bytes: picture, type: 'image/png' });
      await this.audit.record(scope, 'rich-menus.created', `rich-menus/${id}`, { name: dto.name });
    });
    return this.get(scope, id);
  }

  /** @throws AppError 404 */
  async get(scope: Scope, id: string): Promise<MenuWithLine> {
    const menu = await this.repository.find(scope, id);
    if (!menu) throw notFound('rich-menu');
    return (await this.withLine(scope, [menu]))[0]!;
  }

  /** In the order they were made. @param after the id of the last one seen @throws AppError 404 for the channel */
  async list(scope: Scope, channelId: string, limit: number, after?: string): Promise<MenuWithLine[]> {
    await this.channels.get(scope, channelId);
    return this.withLine(scope, await this.repository.list(scope, channelId, limit, after));
  }

  /**
   * Replaces all but an uploaded picture, which is forgotten where it does not fit the new size. What is the same as
   * before makes no new version.
   * @throws AppError 400, 404
   */
  async update(scope: Scope, id: string, dto: MenuWriteDto): Promise<MenuWithLine> {
    const { channelId } = await this.get(scope, id);
    const definition = checked(dto);
    const picture = definition.design && (await this.renderer.draw(definition.design));
    await this.db.transaction(scope, async () => {
      await this.repository.claimChannel(scope, channelId);
      const before = await this.repository.find(scope, id);
      if (!before) throw notFound('rich-menu');
      await this.refuseForeign(scope, before, definition);
      await this.repository.update(scope, id, dto.name, definition);
      await this.audit.record(scope, 'rich-menus.updated', `rich-menus/${id}`, { name: dto.name });
      if (isDeepStrictEqual(plain(before.definition), plain(definition))) return;
      if (picture) await this.complete(scope, before, { bytes: picture, type: 'image/png' });
      else await this.keepImage(scope, before, definition);
    });
    return this.get(scope, id);
  }

  /** @param image its bytes as they came; undefined where something else came @throws AppError 400, 404, 413, 415 */
  async setImage(scope: Scope, id: string, image: Buffer | undefined): Promise<MenuWithLine> {
    const { channelId } = await this.get(scope, id);
    if (!image || image.length === 0) throw noImage();
    await this.db.transaction(scope, async () => {
      await this.repository.claimChannel(scope, channelId);
      const menu = await this.repository.find(scope, id);
      if (!menu) throw notFound('rich-menu');
      const type = typeOf(image, menu.definition);
      const before = await this.repository.image(scope, id);
      if (before?.bytes.equals(image)) return;
      // An uploaded picture is no longer the one of a design.
      const { design: _drawn, ...definition } = menu.definition;
      await this.repository.update(scope, id, menu.name, definition);
      await this.complete(scope, menu, { bytes: image, type });
      await this.audit.record(scope, 'rich-menus.image_changed', `rich-menus/${id}`, { bytes: image.length });
    });
    return this.get(scope, id);
  }

  /** @throws AppError 404, 409 while a rule or another menu leads to it */
  async delete(scope: Scope, id: string): Promise<void> {
    const { channelId } = await this.get(scope, id);
    await this.db.transaction(scope, async () => {
      await this.repository.claimChannel(scope, channelId);
      const menu = await this.repository.find(scope, id);
      if (!menu) throw notFound('rich-menu');
      const others = await this.repository.list(scope, channelId, limits.most);
      const leading = others.filter((other) => other.id !== id && leadsTo(other.definition, id));
      const referrers = [
        ...(await this.menuChannels.referrersOf(scope, channelId, id)),
        ...leading.map((other) => ({ kind: 'rich-menu', id: other.id, name: other.name })),
      ];
      if (referrers.length > 0) throw menuInUse(referrers);
      await this.repository.delete(scope, id);
      await this.menuChannels.menuGone(scope, channelId, id);
      await this.audit.record(scope, 'rich-menus.deleted', `rich-menus/${id}`, { name: menu.name });
    });
  }

  private async keepImage(scope: Scope, before: Menu, { size }: MenuDefinition): Promise<void> {
    const fits = isDeepStrictEqual(plain(before.definition.size), plain(size));
    if (before.imageType === null) return;
    if (!fits || before.definition.design) return this.repository.setImage(scope, before.id, null);
    await this.complete(scope, before);
  }

  /** The menu is whole: from now on this is what people should see. */
  private async complete(scope: Scope, menu: Pick<Menu, 'id' | 'channelId'>, image?: MenuImage): Promise<void> {
    if (image) await this.repository.setImage(scope, menu.id, image);
    await this.repository.addVersion(scope, menu.id);
    await this.menuChannels.menusChanged(scope, menu.channelId);
  }

  private async refuseForeign(
    scope: Scope,
    { id, channelId }: Pick<Menu, 'id' | 'channelId'>,
    definition: MenuDefinition,
  ): Promise<void> {
    const errors = [];
    for (const { menuId, path } of switchesOf(definition)) {
      const found = menuId === id || (await this.repository.find(scope, menuId))?.channelId === channelId;
      if (!found) errors.push({ path, detail: 'names no rich menu of this channel' });
    }
    if (errors.length > 0) throw invalid(errors);
  }

  private async withLine(scope: Scope, menus: Menu[]): Promise<MenuWithLine[]> {
    const ids = menus.map(({ id }) => id);
    const atLine = await this.repository.atLine(scope, ids);
    return menus.map((menu) => ({ ...menu, atLine: atLine.get(menu.id) }));
  }
}

function checked(dto: MenuWriteDto): MenuDefinition {
  const definition = definitionOf(dto);
  if (Array.isArray(definition)) throw invalid(definition);
  return definition;
}

/** @throws AppError with the numbers, for a picture that LINE would not take */
function typeOf(image: Buffer, { size }: MenuDefinition): string {
  if (image.length > limits.imageBytes) throw imageTooLarge(image.length);
  const header = readImageHeader(image);
  if (!header) throw imageUnfit('The bytes are neither a PNG nor a JPEG.');
  if (header.width === size.width && header.height === size.height) return header.type;
  const [is, must] = [`${header.width} × ${header.height}`, `${size.width} × ${size.height}`];
  throw imageUnfit(`The picture is ${is} pixels, the menu's size is ${must}.`);
}

function leadsTo(definition: MenuDefinition, id: string): boolean {
  return switchesOf(definition).some(({ menuId }) => menuId === id);
}

/** As it comes out of the database: instances of classes become bare objects, in no particular order of keys. */
function plain(value: object): unknown {
  return JSON.parse(JSON.stringify(value));
}
