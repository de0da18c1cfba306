import { useInfiniteQuery } from '@tanstack/preact-query';
import { useLocation, useSearch } from 'wouter-preact';
import { Field } from '../parts/field.tsx';
import { People, Posts } from '../parts/list.tsx';
import { Page } from '../parts/page.tsx';
import { Empty } from '../parts/states.tsx';
import { lists } from '../queries.ts';
import { words } from '../words.ts';

const FILTERS = ['search_in', 'author', 'tag', 'since', 'until', 'replies', 'sort'];

function Choice({
  name,
  label,
  value,
  options,
}: {
  name: string;
  label: string;
  value: string;
  options: Record<string, string>;
}) {
  return (
    <label class="field">
      <span>{label}</span>
      <select name={name} value={value}>
        {Object.entries(options).map(([key, text]) => (
          <option key={key} value={key}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}

function PostResults({ query }: { query: URLSearchParams }) {
  const filters = Object.fromEntries(FILTERS.map((name) => [name, query.get(name) ?? undefined]));
  const author = filters.author?.replace(/^@/, '');
  const tag = filters.tag?.replace(/^#/, '');
  const list = lists.posts({ ...filters, author, tag, search: query.get('q') ?? undefined, total: true });
  const { data } = useInfiniteQuery(list);
  const total = data?.pages[0]?.page.total;
  return (
    <>
      <p class="total" role="status">
        {total === undefined ? '' : words.search.results(total)}
      </p>
      <Posts of={list} empty={<p>{words.search.none}</p>} />
    </>
  );
}

export function Search() {
  const search = useSearch();
  const [, navigate] = useLocation();
  const query = new URLSearchParams(search);
  const given = (name: string) => query.get(name) ?? '';
  const isForPeople = given('what') === 'people';
  const isAsked = [...query.keys()].some((name) => name !== 'what');
  const isFiltered = FILTERS.some((name) => query.has(name));

  const submit = (event: Event) => {
    event.preventDefault();
    const values = [...new FormData(event.currentTarget as HTMLFormElement)] as [string, string][];
    const isDefault = ([name, value]: [string, string]) =>
      value.trim() === '' ||
      [name, value].join() === 'replies,exclude' ||
      [name, value].join() === 'sort,new' ||
      [name, value].join() === 'what,posts';
    navigate(`/search?${new URLSearchParams(values.filter((one) => !isDefault(one)))}`);
  };
  const { where, everywhere, titles, repliesOptions, sortOptions } = words.search;
  return (
    <Page title={words.search.title}>
      {/* The address is the truth: another one fills the form anew. */}
      <form key={search} class="search" onSubmit={submit} aria-label={words.search.title}>
        <search class="search-line">
          <label class="visually-hidden" for="q">
            {words.search.label}
          </label>
          <input
            id="q"
            type="search"
            name="q"
            defaultValue={given('q')}
            placeholder={words.search.placeholder}
            dir="auto"
          />
          <button type="submit">{words.search.go}</button>
        </search>
        <fieldset class="switch">
          <legend class="visually-hidden">{words.search.what}</legend>
          {(['posts', 'people'] as const).map((what) => (
            <label key={what}>
              <input
                type="radio"
                name="what"
                value={what}
                defaultChecked={isForPeople === (what === 'people')}
                onChange={(event) => event.currentTarget.form?.requestSubmit()}
              />
              <span>{words.search[what]}</span>
            </label>
          ))}
        </fieldset>
        {!isForPeople && (
          <details open={isFiltered}>
            <summary>{words.search.filters}</summary>
            <div class="filters">
              <Field
                name="author"
                label={words.search.author}
                defaultValue={given('author')}
                autoCapitalize="none"
              />
              <Field name="tag" label={words.search.tag} defaultValue={given('tag')} autoCapitalize="none" />
              <Field name="since" type="date" label={words.search.since} defaultValue={given('since')} />
              <Field name="until" type="date" label={words.search.until} defaultValue={given('until')} />
              <Choice
                name="search_in"
                label={where}
                value={given('search_in')}
                options={{ '': everywhere, title: titles }}
              />
              <Choice
                name="replies"
                label={words.search.replies}
                value={given('replies') || 'exclude'}
                options={repliesOptions}
              />
              <Choice
                name="sort"
                label={words.search.sort}
                value={given('sort') || 'new'}
                options={sortOptions}
              />
            </div>
          </details>
        )}
      </form>
      {!isAsked && !isForPeople ? (
        <Empty>
          <p>{words.search.start}</p>
        </Empty>
      ) : isForPeople ? (
        <People of={lists.people(given('q'))} empty={<p>{words.search.none}</p>} />
      ) : (
        <PostResults key={search} query={query} />
      )}
    </Page>
  );
}
