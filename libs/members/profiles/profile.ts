import { toInstant, type FieldError } from '#kernel';
import { mergeAttributes, type Attributes } from './attributes.js';
import { monthOf, type ProfileDto } from './profile.dto.js';

/** What is known of a member by what was posted about them. */
export interface Profile {
  rank: string | null;
  birthMonth: number | null;
  birthDate: string | null;
  email: string | null;
  phone: string | null;
  /** ISO 8601 in UTC. */
  registeredAt: string | null;
  attributes: Attributes;
  /** Undefined: as they are. */
  tags?: string[];
}

/** The profile that a change leaves behind, or why the change is refused. */
export function changeProfile(profile: Profile, given: ProfileDto): Profile | FieldError {
  const birthDate = given.birthDate === undefined ? profile.birthDate : given.birthDate;
  if (birthDate && given.birthMonth != null && given.birthMonth !== monthOf(birthDate)) {
    return { path: '/birthMonth', detail: 'contradicts birthDate' };
  }
  return {
    rank: changed(profile.rank, given.rank),
    birthMonth: birthDate ? monthOf(birthDate) : changed(profile.birthMonth, given.birthMonth),
    birthDate,
    email: changed(profile.email, given.email),
    phone: changed(profile.phone, given.phone),
    registeredAt: changed(profile.registeredAt, given.registeredAt && toInstant(given.registeredAt).toISOString()),
    attributes: given.attributes === null ? {} : mergeAttributes(profile.attributes, given.attributes ?? {}),
    tags: given.tags === undefined ? profile.tags : [...new Set(given.tags)],
  };
}

function changed<T>(current: T | null, given: T | null | undefined): T | null {
  return given === undefined ? current : given;
}
