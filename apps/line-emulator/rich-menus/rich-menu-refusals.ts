import { LineRefusal } from '../messaging-api/line-refusal.js';

/** Most refusals about rich menus carry an empty list of details. */
class RichMenuRefusal extends LineRefusal {
  override body(): object {
    return { message: this.message, details: [] };
  }
}

/**
 * LINE's texts: https://developers.line.biz/en/reference/messaging-api/#rich-menu and the sections after it. What is
 * said about too many menus or aliases is not published.
 */
export const menuRefusals = {
  noImage: () => new RichMenuRefusal(400, 'must upload richmenu image before applying it to user'),
  imageSize: () => new LineRefusal(400, 'The image size is not allowed for richmenu'),
  imageThere: () => new LineRefusal(400, 'An image has already been uploaded to the richmenu'),
  foreignDefault: () => new RichMenuRefusal(403, 'the richmenu is owned by another channel'),
  noDefault: () => new RichMenuRefusal(404, 'no default richmenu'),
  noUserMenu: () => new RichMenuRefusal(404, 'the user has no richmenu'),
  menuNotFound: (status: 400 | 404) => new RichMenuRefusal(status, 'richmenu not found'),
  aliasConflict: () => new RichMenuRefusal(400, 'conflict richmenu alias id'),
  aliasNotFound: () => new RichMenuRefusal(404, 'richmenu alias not found'),
  tooMany: (what: string) => new RichMenuRefusal(400, `The number of ${what} has reached the limit`),
};
