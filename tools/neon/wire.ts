import { type Answer, DatabaseError, type ErrorFields, type Field } from './backend.ts';

// PostgreSQL protocol, chapter 53.8 "Error and Notice Message Fields".
const ERROR_FIELD_CODES: Record<string, keyof ErrorFields> = {
  S: 'severity',
  C: 'code',
  D: 'detail',
  H: 'hint',
  P: 'position',
  p: 'internalPosition',
  q: 'internalQuery',
  W: 'where',
  s: 'schema',
  t: 'table',
  c: 'column',
  d: 'dataType',
  n: 'constraint',
  F: 'file',
  L: 'line',
  R: 'routine',
};

/** The first answer in a backend's reply to one query, values as raw text; throws the DatabaseError it holds. */
export function readReply(reply: Buffer): Answer {
  const answer: Answer = { fields: [], rows: [], command: '', rowCount: null };
  let error: DatabaseError | undefined;
  for (let at = 0; at < reply.length; ) {
    const body = at + 5;
    const end = at + 1 + reply.readUInt32BE(at + 1);
    switch (reply[at]) {
      case 0x54: // 'T', row description
        answer.fields = readFields(reply, body);
        break;
      case 0x44: // 'D', data row
        answer.rows.push(readRow(reply, body));
        break;
      case 0x43: // 'C', command complete
        Object.assign(answer, readTag(reply.toString('latin1', body, end - 1)));
        break;
      case 0x45: // 'E', error
        error ??= readError(reply, body);
        break;
    }
    at = end;
  }
  if (error) throw error;
  return answer;
}

function readFields(reply: Buffer, start: number): Field[] {
  const fields: Field[] = [];
  let at = start + 2;
  for (let left = reply.readUInt16BE(start); left > 0; left--) {
    const end = reply.indexOf(0, at);
    fields.push({
      name: reply.toString('utf8', at, end),
      tableID: reply.readUInt32BE(end + 1),
      columnID: reply.readInt16BE(end + 5),
      dataTypeID: reply.readUInt32BE(end + 7),
      dataTypeSize: reply.readInt16BE(end + 11),
      dataTypeModifier: reply.readInt32BE(end + 13),
      format: 'text',
    });
    at = end + 19;
  }
  return fields;
}

function readRow(reply: Buffer, start: number): (string | null)[] {
  const count = reply.readUInt16BE(start);
  const row = new Array<string | null>(count);
  let at = start + 2;
  for (let i = 0; i < count; i++) {
    const length = reply.readInt32BE(at);
    at += 4;
    row[i] = length < 0 ? null : reply.toString('utf8', at, at + length);
    if (length > 0) at += length;
  }
  return row;
}

function readTag(tag: string): Pick<Answer, 'command' | 'rowCount'> {
  const [command = '', ...rest] = tag.split(' ');
  // "INSERT 0 5" has an oid before its count; "CREATE TABLE" has none.
  const count = Number.parseInt(rest[command === 'INSERT' ? 1 : 0] ?? '', 10);
  return { command, rowCount: Number.isNaN(count) ? null : count };
}

function readError(reply: Buffer, start: number): DatabaseError {
  const fields: ErrorFields = {};
  let message = '';
  for (let at = start; reply[at] !== 0; ) {
    const end = reply.indexOf(0, at);
    const kind = String.fromCharCode(reply[at] ?? 0);
    const value = reply.toString('utf8', at + 1, end);
    const field = ERROR_FIELD_CODES[kind];
    if (kind === 'M') message = value;
    else if (field) fields[field] = value;
    at = end + 1;
  }
  return new DatabaseError(message, fields);
}
