/**
 * LINE's published limits. Rates are per channel and endpoint, a bucket each.
 * - rates: https://developers.line.biz/en/reference/messaging-api/#rate-limits (multicast since 2025-04-23)
 * - recipients, messages: https://developers.line.biz/en/reference/messaging-api/#send-multicast-message
 * - retry keys: https://developers.line.biz/en/docs/messaging-api/retrying-api-request/
 * - message objects: https://developers.line.biz/en/reference/messaging-api/#message-objects
 * - how text is counted: https://developers.line.biz/en/docs/messaging-api/text-character-count/
 * - aggregation units: https://developers.line.biz/en/docs/messaging-api/unit-based-statistics-aggregation/
 */
export const LINE_LIMITS = {
  perSecond: {
    push: 2_000,
    multicast: 200,
    validate: 2_000,
    profile: 2_000,
    quota: 2_000,
    /** Every endpoint without a row of its own. */
    other: 2_000,
  },
  multicastRecipients: 500,
  messagesPerRequest: 5,
  /** Bytes of a request's body; beyond it LINE answers 413. */
  requestBytes: 2 * 1024 * 1024,
  /** A retry key is forgotten this long after its first request; the same key then sends again. */
  retryKeyMs: 24 * 60 * 60 * 1000,
  /** https://developers.line.biz/en/reference/messaging-api/#rich-menu and #rate-limits */
  richMenus: {
    perHour: { create: 100, delete: 100, deleteAlias: 100 },
    perSecond: { list: 10 },
    /** Of one account, made through the API; as many aliases. */
    most: 1_000,
    bulkRecipients: 500,
    areas: 20,
    name: 300,
    /** Grapheme clusters. */
    chatBarText: 14,
    size: { minWidth: 800, maxWidth: 2_500, minHeight: 250, minRatio: 1.45 },
    imageBytes: 1024 * 1024,
    postbackData: 300,
    aliasId: /^[a-z0-9_-]{1,32}$/,
  },
  /** A webhook must be answered within this time. https://developers.line.biz/en/docs/messaging-api/receiving-messages/ */
  webhookAnswerMs: 2_000,
  /** From receipt. https://developers.line.biz/en/reference/messaging-api/#send-reply-message */
  replyTokenMs: 60_000,
  /** https://developers.line.biz/en/docs/messaging-api/linking-accounts/ */
  linkTokenMs: 10 * 60_000,
  aggregationUnit: { pattern: /^[A-Za-z0-9_]{1,30}$/, namesPerMonth: 1_000 },
  /**
   * Statistics of aggregation units. Days are those of UTC+9, counted when they are over, for 14 days after a send.
   * https://developers.line.biz/en/reference/messaging-api/#get-statistics-per-unit
   */
  unitStatistics: { perHour: 60, mostDays: 30, countedDays: 14, fewestPeople: 20 },
  /** Lengths are UTF-16 units unless they say otherwise. */
  messages: {
    urlLength: 2_000,
    quickReplyItems: 13,
    senderName: 20,
    text: { text: 5_000, emojis: 20 },
    textV2: { text: 5_000, substitutions: 100, key: /^[0-9A-Za-z_]{1,20}$/, mentions: 20, emojis: 20 },
    video: { trackingId: 100 },
    location: { title: 100, address: 100 },
    coupon: { deliveryTag: 30 },
    altText: 1_500,
    imagemap: { baseWidth: 1_040, actions: 50, uri: 1_000, messageText: 400, clipboard: 1_000, label: 100 },
    /** Titles and texts of templates are counted in grapheme clusters. */
    buttons: { title: 40, text: 160, textWithImageOrTitle: 60, actions: 4 },
    confirm: { text: 240, actions: 2 },
    carousel: { columns: 10, title: 40, text: 120, textWithImageOrTitle: 60, actions: 3 },
    imageCarousel: { columns: 10 },
    flex: { bubbleBytes: 30 * 1024, carouselBytes: 50 * 1024, bubbles: 12 },
  },
  /** Labels, display texts and message texts of actions are counted in grapheme clusters. */
  actions: {
    postbackData: 300,
    displayText: 300,
    messageText: 300,
    uri: 1_000,
    uriSchemes: ['http', 'https', 'line', 'tel'],
    clipboard: 1_000,
    label: { imageCarousel: 12, template: 20, quickReply: 20, flex: 40 },
  },
} as const;

/** The form of a LINE user id; ids of groups and rooms begin with C and R. */
export const LINE_USER_ID = /^U[0-9a-f]{32}$/;
