import { createRequire } from 'node:module';
import { Injectable } from '@nestjs/common';
import { renderAsync } from '@resvg/resvg-js';
import { LINE_LIMITS } from '#line';
import type { DesignDto } from '../menus/menus.dto.js';
import { svgOf } from './picture.js';

/** Under the SIL Open Font License; it lies in the package as a file, and is read when the first picture is drawn. */
const FONT = '@expo-google-fonts/biz-udpgothic/700Bold/BIZUDPGothic_700Bold.ttf';

/** Draws pictures of rich menus. */
@Injectable()
export class Renderer {
  private readonly font = createRequire(import.meta.url).resolve(FONT);

  /** @returns a PNG of the template's size, within LINE's limit of a megabyte */
  async draw(design: DesignDto): Promise<Buffer> {
    const font = { fontFiles: [this.font], loadSystemFonts: false, defaultFontFamily: 'BIZ UDPGothic' };
    const png = (await renderAsync(svgOf(design), { font })).asPng();
    // Flat colours: the fullest picture of the largest template comes to a tenth of it.
    if (png.length > LINE_LIMITS.richMenus.imageBytes) throw new Error(`The picture has ${png.length} bytes.`);
    return png;
  }
}
