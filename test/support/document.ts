// The OpenAPI document that the Worker answers, which all its answers are checked against.
import { exports } from 'cloudflare:workers';
import { answerChecker } from './answers';
import { readDocument } from './operations';

export type { Operation, Route } from './operations';

const response = await exports.default.fetch(new Request('https://ledge.example/openapi.json'));
export const document = readDocument(await response.json());

export const { openApi, routes, resolveRef, findRoute } = document;

/** Throws when an answer is not as documented; the message names the place. */
export const checkAnswer = answerChecker(document);
