import { AppError } from '#kernel';

/** The ten minutes are over, or somebody has begun with it in another browser. */
export function invitationOver(): AppError {
  return new AppError('linking.invitation_over', 410, 'This invitation has expired or was used.');
}
