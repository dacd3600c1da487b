export { menuChosen, MenuChosenRef } from './automations.jobs.js';
export { AutomationsHttpModule, AutomationsJobsModule, AutomationsModule } from './automations.module.js';
export type { JourneyDefinition } from './definition/journey-definition.js';
export { JourneyReferences, type FindMenu } from './journeys/journey-references.js';
export { Journeys, type JourneyWithInside } from './journeys/journeys.service.js';
export type { MemberResult } from './simulation/report.js';
export { SimulationHttpModule, SimulationModule } from './simulation/simulation.module.js';
export { Simulations, type SimulationInput } from './simulation/simulations.service.js';
