export class ParquetWriter {
  constructor(options: { writer: object, schema: object[], kvMetadata: { key: string, value: string }[], createdBy: string });
  write(rows: { columnData: { name: string, data: unknown[] }[], rowGroupSize: number }): void;
  finish(): void;
}
export function fileWriter(path: string): object;
