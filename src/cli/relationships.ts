import type { Note } from "../base/notes.ts";
import { readRelationship, relationshipFiles } from "../genetics/readRelationship.ts";
import { relationshipFrom } from "../genetics/relationshipFrom.ts";
import { readRelationshipTable } from "../genetics/relationshipTable.ts";
import type { Relationship } from "../model/relationship.ts";
import type { RelationshipSource } from "../report/fitJson.ts";
import type { Table } from "../table/table.ts";
import { usageError } from "./failure.ts";
import { sha256 } from "./files.ts";
import { type ProgressLine, progressLine } from "./progress.ts";
import { readTableFile } from "./readTableFile.ts";
import type { Terminal } from "./terminal.ts";

interface OpenedRelationships {
  readonly relationships: Readonly<Record<string, Relationship>>;
  /** the texts of the options and the files they read */
  readonly sources: readonly RelationshipSource[];
  readonly notes: readonly Note[];
}

/**
 * Reads the files of `--relationship A=pedigree:ped.csv,...` options and makes the relationships.
 *
 * @param locate where a file is that the option names; the same name by default
 */
export async function openRelationships(
  texts: readonly string[],
  terminal: Terminal,
  locate: (file: string) => string = (file) => file,
  line: ProgressLine = progressLine(terminal),
): Promise<OpenedRelationships> {
  const relationships: Record<string, Relationship> = {};
  const sources: RelationshipSource[] = [];
  const notes: Note[] = [];
  for (const text of texts) {
    const spec = readRelationship(text);
    if (spec.name in relationships) {
      throw usageError(`--relationship: the name '${spec.name}' is given twice`, "give each its own name");
    }
    const tables = new Map<string, Table>();
    const files: { path: string; sha256: string | null }[] = [];
    for (const path of relationshipFiles(spec)) {
      const kind = path === spec.file ? spec.kind : "matrix";
      const { bytes, read } = await readTableFile(
        locate(path),
        (content, named) => readRelationshipTable(content, kind, named),
        terminal,
        "--relationship",
      );
      tables.set(path, read.table);
      files.push({ path, sha256: sha256(bytes) });
      // ids of groups among numbers are no slip of the pen
      notes.push(...read.notes.filter(({ code }) => code !== "table/almost-numeric"));
    }
    line.update(`relationship ${spec.name} of ${tables.get(spec.file)!.rowCount} rows`);
    const made = relationshipFrom(spec, tables);
    line.clear();
    relationships[spec.name] = made.relationship;
    notes.push(...made.notes);
    sources.push({ text, files });
  }
  return { relationships, sources, notes };
}
