/** Why an event was not stored; its neighbours in the request are. */
export interface Refusal {
  code: string;
  detail: string;
}

export const orderOfAnotherMember: Refusal = {
  code: 'events.order_of_another_member',
  detail: 'The order belongs to another member.',
};

export const tooFarAhead: Refusal = {
  code: 'events.too_far_ahead',
  detail: '/occurredAt lies more than 10 minutes ahead.',
};

/** Sums beyond what a 64-bit number holds, or a text that no index takes: too rare to be looked for in advance. */
export const notStorable: Refusal = {
  code: 'events.not_storable',
  detail: 'The event does not fit into what is stored already.',
};
