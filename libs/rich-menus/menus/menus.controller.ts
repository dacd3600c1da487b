import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query, Req } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import {
  Answers,
  CurrentScope,
  decodeCursor,
  Idempotent,
  PageQuery,
  Permit,
  toPage,
  uuidOf,
  type ApiRequest,
  type Page,
} from '#http';
import type { Scope } from '#kernel';
import { IMAGE_ROUTE } from './image-bodies.js';
import { MenuDto, MenuWriteDto } from './menus.dto.js';
import { Menus, type MenuWithLine } from './menus.service.js';

const MenuId = uuidOf('rich-menu');

@Controller('v1')
export class MenusController {
  constructor(private readonly menus: Menus) {}

  @Post('channels/:id/rich-menus')
  @Idempotent()
  @Permit('rich-menus.write')
  @Answers(201, MenuDto)
  async create(
    @CurrentScope() scope: Scope,
    @Param('id', uuidOf('channel')) channelId: string,
    @Body() body: MenuWriteDto,
  ): Promise<MenuDto> {
    return shown(await this.menus.create(scope, channelId, body));
  }

  @Get('channels/:id/rich-menus')
  @Permit('rich-menus.read')
  @Answers(200, MenuDto, { page: true })
  async list(
    @CurrentScope() scope: Scope,
    @Param('id', uuidOf('channel')) channelId: string,
    @Query() query: PageQuery,
  ): Promise<Page<MenuDto>> {
    const [after] = query.cursor === undefined ? [] : decodeCursor(query.cursor, 'uuid');
    const rows = await this.menus.list(scope, channelId, query.limit + 1, after);
    return toPage(rows, query.limit, shown, ({ id }) => [id]);
  }

  @Get('rich-menus/:id')
  @Permit('rich-menus.read')
  @Answers(200, MenuDto)
  async get(@CurrentScope() scope: Scope, @Param('id', MenuId) id: string): Promise<MenuDto> {
    return shown(await this.menus.get(scope, id));
  }

  /** Replaces all but an uploaded picture. */
  @Put('rich-menus/:id')
  @Permit('rich-menus.write')
  @Answers(200, MenuDto)
  async update(
    @CurrentScope() scope: Scope,
    @Param('id', MenuId) id: string,
    @Body() body: MenuWriteDto,
  ): Promise<MenuDto> {
    return shown(await this.menus.update(scope, id, body));
  }

  /** The body is the picture itself: PNG or JPEG, at most 1 MB, of exactly the menu's size. */
  @Put('rich-menus/:id/image')
  @RouteConfig(IMAGE_ROUTE)
  @Permit('rich-menus.write')
  @Answers(200, MenuDto)
  async setImage(
    @CurrentScope() scope: Scope,
    @Param('id', MenuId) id: string,
    @Req() { body }: ApiRequest,
  ): Promise<MenuDto> {
    return shown(await this.menus.setImage(scope, id, Buffer.isBuffer(body) ? body : undefined));
  }

  @Delete('rich-menus/:id')
  @HttpCode(204)
  @Permit('rich-menus.write')
  async delete(@CurrentScope() scope: Scope, @Param('id', MenuId) id: string): Promise<void> {
    await this.menus.delete(scope, id);
  }
}

function shown({ definition, imageType, imageSize, atLine, ...menu }: MenuWithLine): MenuDto {
  const { size, selected, chatBarText, areas, design = null } = definition;
  return {
    ...menu,
    ...{ size, selected, chatBarText, areas, design },
    image: imageType === null ? null : { type: imageType, bytes: imageSize! },
    line: {
      version: atLine?.state === 'live' ? atLine.version : null,
      richMenuId: atLine?.state === 'live' ? atLine.lineMenuId : null,
      state: atLine?.state ?? null,
      error: atLine?.error ?? null,
    },
  };
}
