import { notFound } from '#kernel';

export const AHEAD = { path: '/since', detail: 'must not lie ahead' };

export const purposeUnknown = () => notFound('purpose');

export const memberUnknown = () => notFound('member');
