/** The program of the workers: answers the pool that made it (see src/parallel/runKeys.ts). Not an entry to import. */

import { equationsEngine } from "./engines/equations/equations.ts";
import { parentPort } from "./parallel/platformWorkers.ts";
import { serveTasks } from "./parallel/serveTasks.ts";
import { prepareJob, unpackJob } from "./simulation/job.ts";

serveTasks(parentPort(), (data) => prepareJob(unpackJob(data, [equationsEngine])));
