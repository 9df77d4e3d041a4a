/** Bounds that keep a hostile or broken input from using up the machine. */
export interface ReadLimits {
  /** Bytes of one file as it is on disk, in an archive or on standard input; archives themselves may be larger. */
  readonly fileBytes: number;
  /** Bytes of one file after decompression. V8 strings end at 512 MiB, and JSON.parse needs one string for a document. */
  readonly expandedBytes: number;
  /** Decompressed size over compressed size; not looked at below 16 MiB. */
  readonly compressionRatio: number;
  /** Bytes of all files of one archive after decompression; they are read one after the other, never all kept. */
  readonly archiveBytes: number;
  /** Bytes of all files of one folder or archive that may hold objects: all but logs. */
  readonly textBytes: number;
  /** Files in one folder, entries of one archive. */
  readonly files: number;
  /** Nested objects and lists in JSON. */
  readonly jsonDepth: number;
  /** Nested mappings and sequences in YAML. */
  readonly yamlDepth: number;
  /** Nodes of one YAML document that has aliases, with every alias expanded. */
  readonly yamlNodes: number;
}

/** The limits that hold when none are given. */
export const DEFAULT_LIMITS: ReadLimits = {
  fileBytes: 512 * 1024 * 1024 - 1024,
  expandedBytes: 512 * 1024 * 1024 - 1024,
  compressionRatio: 200,
  archiveBytes: 16 * 1024 * 1024 * 1024,
  textBytes: 4 * 1024 * 1024 * 1024,
  files: 50_000,
  jsonDepth: 200,
  yamlDepth: 100,
  yamlNodes: 1_000_000,
};

/** Longest string that is kept (UTF-16 code units); longer ones are cut. */
export const MAX_STRING: number = 64 * 1024;

/** Longest ConfigMap value that is kept; longer ones are left out, their key stays in `dataKeys`. */
export const MAX_CONFIG_VALUE: number = 16 * 1024;

/**
 * From how many bytes on a list is read without JSON.parse. JSON.parse is fast at once, the readers of bytes only after the
 * engine has compiled them, which takes a tenth of a second; they need less memory, and no string of the whole file.
 */
export const LARGE_FILE: number = 16 * 1024 * 1024;
