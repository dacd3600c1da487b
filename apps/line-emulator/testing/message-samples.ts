/** One valid message of every kind, with everything LINE's files require and most of what they allow. */
const image = 'https://example.com/picture.png';
const uri = { type: 'uri', label: '見る', uri: 'https://example.com/' };
const say = { type: 'message', label: 'はい', text: 'はい' };
const postback = { type: 'postback', label: '予約', data: 'action=book', displayText: '予約します' };
const pick = { type: 'datetimepicker', label: '日時', data: 'when', mode: 'datetime' };
const copy = { type: 'clipboard', label: 'コピー', clipboardText: 'ABC' };
const column = { thumbnailImageUrl: image, title: '花束', text: '¥3,000', actions: [uri, say] };
const bubble = {
  type: 'bubble',
  hero: { type: 'image', url: image },
  body: {
    type: 'box',
    layout: 'vertical',
    contents: [{ type: 'text', text: '発送のお知らせ' }, { type: 'separator' }, { type: 'button', action: uri }],
  },
};

export const messageSamples = {
  text: { type: 'text', text: 'こんにちは' },
  'text with emojis': {
    type: 'text',
    text: '$ LINE',
    emojis: [{ index: 0, productId: '5ac1bfd5040ab15980c9b435', emojiId: '001' }],
  },
  'text with quick replies': {
    type: 'text',
    text: 'どちらにしますか',
    sender: { name: '花屋', iconUrl: image },
    quickReply: { items: [say, postback, pick, copy].map((action) => ({ type: 'action', action })) },
  },
  textV2: {
    type: 'textV2',
    text: 'やあ {smile}',
    substitution: { smile: { type: 'emoji', productId: '5ac1bfd5040ab15980c9b435', emojiId: '001' } },
  },
  sticker: { type: 'sticker', packageId: '446', stickerId: '1988' },
  image: { type: 'image', originalContentUrl: image, previewImageUrl: image },
  video: { type: 'video', originalContentUrl: 'https://example.com/a.mp4', previewImageUrl: image, trackingId: 'v1' },
  audio: { type: 'audio', originalContentUrl: 'https://example.com/a.m4a', duration: 6000 },
  location: { type: 'location', title: '店', address: '東京都', latitude: 35.6, longitude: 139.7 },
  imagemap: {
    type: 'imagemap',
    baseUrl: 'https://example.com/map',
    altText: '地図',
    baseSize: { width: 1040, height: 1040 },
    actions: [{ type: 'uri', linkUri: 'https://example.com/', area: { x: 0, y: 0, width: 520, height: 1040 } }],
  },
  buttons: {
    type: 'template',
    altText: '予約',
    template: { type: 'buttons', text: '予約しますか', actions: [postback, uri] },
  },
  confirm: {
    type: 'template',
    altText: '確認',
    template: { type: 'confirm', text: 'よろしいですか', actions: [say, say] },
  },
  carousel: { type: 'template', altText: '品々', template: { type: 'carousel', columns: [column, column] } },
  'image carousel': {
    type: 'template',
    altText: '写真',
    template: { type: 'image_carousel', columns: [{ imageUrl: image, action: uri }] },
  },
  flex: { type: 'flex', altText: '発送', contents: bubble },
  'flex carousel': { type: 'flex', altText: '発送', contents: { type: 'carousel', contents: [bubble, bubble] } },
  coupon: { type: 'coupon', couponId: '01JYNW8JMQVFBNWF1APF8Z3FS7' },
};
