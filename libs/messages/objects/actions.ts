import { IsIn, IsOptional, ValidateNested } from 'class-validator';
import { Type } from 'class-transformer';
import { Discriminated } from '#kernel';
import { LINE_LIMITS } from '#line';
import { constraint, Graphemes, TapUri, Units, withinGraphemes } from '../fields.js';

const limits = LINE_LIMITS.actions;
const widestLabel = Math.max(...Object.values(limits.label));

/** https://developers.line.biz/en/reference/messaging-api/#action-objects; how long a label may be is up to its place. */
abstract class Action {
  @IsOptional() @Graphemes(widestLabel) label?: string;
}

class PostbackAction extends Action {
  @Units(limits.postbackData) data: string;
  @IsOptional() @Graphemes(limits.displayText) displayText?: string;
  @IsOptional() @Graphemes(limits.displayText) text?: string;
  @IsOptional() @IsIn(['closeRichMenu', 'openRichMenu', 'openKeyboard', 'openVoice']) inputOption?: string;
  @IsOptional() @Graphemes(limits.displayText) fillInText?: string;
}

class MessageAction extends Action {
  @Graphemes(limits.messageText) text: string;
}

class AltUri {
  @IsOptional() @TapUri() desktop?: string;
}

class UriAction extends Action {
  @TapUri() uri: string;
  @IsOptional() @ValidateNested() @Type(() => AltUri) altUri?: AltUri;
}

class DatetimePickerAction extends Action {
  @Units(limits.postbackData) data: string;
  @IsIn(['date', 'time', 'datetime']) mode: string;
  @IsOptional() @Units(20) initial?: string;
  @IsOptional() @Units(20) max?: string;
  @IsOptional() @Units(20) min?: string;
}

class ClipboardAction extends Action {
  @Units(limits.clipboard) clipboardText: string;
}

class CameraAction extends Action {}
class CameraRollAction extends Action {}
class LocationAction extends Action {}

export const everywhere = {
  postback: PostbackAction,
  message: MessageAction,
  uri: UriAction,
  datetimepicker: DatetimePickerAction,
  clipboard: ClipboardAction,
};
/** Only quick replies open a camera or ask for a place; switching rich menus is for rich menus alone. */
const inQuickReplies = { ...everywhere, camera: CameraAction, cameraRoll: CameraRollAction, location: LocationAction };

type Place = keyof typeof limits.label;
const LABEL_OPTIONAL: ReadonlySet<Place> = new Set(['imageCarousel', 'flex']);

/** An action (or, with `each`, a list of them) where LINE shows it with a label of that place's length. */
export function ActionIn(place: Place, options: { each?: boolean; labelOptional?: boolean } = {}): PropertyDecorator {
  const { each = false, labelOptional = LABEL_OPTIONAL.has(place) } = options;
  const max = limits.label[place];
  const fits = (action: unknown) => {
    const { label } = Object(action) as { label?: unknown };
    if (label === undefined) return labelOptional;
    return typeof label !== 'string' || withinGraphemes(label, max);
  };
  const detail = `must have ${labelOptional ? 'no label or one' : 'a label'} of at most ${max} visible characters`;
  const kinds = Discriminated('type', () => (place === 'quickReply' ? inQuickReplies : everywhere), { each });
  const labelled = constraint(detail, fits, { each });
  return (target, property) => {
    kinds(target, property);
    labelled(target, property);
  };
}
