/** All accounts. The server searches, filters, sorts and pages them. */
import Button from '@cloudscape-design/components/button';
import CollectionPreferences, {
  type CollectionPreferencesProps,
} from '@cloudscape-design/components/collection-preferences';
import Header from '@cloudscape-design/components/header';
import Pagination from '@cloudscape-design/components/pagination';
import PropertyFilter, { type PropertyFilterProps } from '@cloudscape-design/components/property-filter';
import Table from '@cloudscape-design/components/table';
import { useMemo, useState } from 'react';
import { gateIds } from '../../../domain/model/gate';
import { readinessStates } from '../../../domain/model/readiness';
import { type AccountsPage, accountSorts, type Board } from '../../api/contract';
import { download } from '../api-client';
import { ApiError } from '../api-error';
import { formatCount, gateTitle, sentence, stateTitle } from '../labels';
import { useLive } from '../live';
import { Cloudscape } from '../parts/cloudscape';
import { Loading } from '../parts/loading';
import { hrefTo, replaceRoute } from '../route';
import { columns } from './account-columns';

const columnIds = columns.map(({ id }) => id);
/** Columns that fit on a laptop, or on a phone. */
const defaultColumns = (): readonly string[] =>
  matchMedia('(max-width: 800px)').matches
    ? ['id', 'state']
    : columnIds.filter((id) => id !== 'ou' && id !== 'stateSince');
const pageSizes = [25, 50, 100] as const;
const filters = ['q', 'ou', 'wave', 'state', 'gate', 'release'] as const;
type Filter = (typeof filters)[number];
/** The filter options change only with a new account or release. */
const optionsPollMs = 60_000;

interface ListState {
  readonly filters: Readonly<Record<Filter, string>>;
  readonly sort: string;
  readonly descending: boolean;
  readonly page: number;
  readonly size: number;
  /** Empty for the default columns. */
  readonly columns: readonly string[];
}

function listStateOf(query: URLSearchParams): ListState {
  const size = Number(query.get('size'));
  const said = Object.fromEntries(filters.map((name) => [name, query.get(name) ?? '']));
  return {
    filters: { q: '', ou: '', wave: '', state: '', gate: '', release: '', ...said },
    sort: accountSorts.find((sort) => sort === query.get('sort')) ?? 'id',
    descending: query.get('descending') === 'true',
    page: Math.max(1, Math.floor(Number(query.get('page'))) || 1),
    size: pageSizes.find((known) => known === size) ?? pageSizes[0],
    columns: listed(query.get('columns') ?? '').filter((id) => columnIds.includes(id)),
  };
}

const show = ({ filters, sort, descending, page, size, columns }: ListState): void =>
  replaceRoute(
    hrefTo('accounts', '', {
      ...filters,
      sort: sort === 'id' ? '' : sort,
      descending: descending ? 'true' : '',
      page: page === 1 ? '' : String(page),
      size: size === pageSizes[0] ? '' : String(size),
      columns: columns.join(),
    }),
  );

/** The query for the server. */
function searchOf({ filters: { state, ...others }, sort, descending }: ListState): URLSearchParams {
  const given = Object.entries(others).filter(([, value]) => value !== '');
  const states = listed(state).map((one) => ['state', one]);
  return new URLSearchParams([...given, ...states, ['sort', sort], ['descending', String(descending)]]);
}

/** The URL has all selected states in one parameter; the server takes one parameter for each. */
const listed = (text: string): readonly string[] => text.split(',').filter((one) => one !== '');

const noAccounts: AccountsPage = { total: 0, offset: 0, items: [] };

export default function AccountsView({ query }: { readonly query: URLSearchParams }) {
  const list = listStateOf(query);
  const search = searchOf(list);
  const visible = list.columns.length === 0 ? defaultColumns() : list.columns;
  const offset = String((list.page - 1) * list.size);
  const { data, error, isBehind } = useLive<AccountsPage>(
    `/accounts?${new URLSearchParams([...search, ['offset', offset], ['limit', String(list.size)]])}`,
  );
  // After an invalid query, the accounts of the previous one must not look like its result.
  const shown = error?.status === 400 ? noAccounts : data;
  if (shown === undefined) return <Loading what="accounts" error={error} />;
  const change = (changed: Partial<ListState>): void => show({ ...list, page: 1, ...changed });
  return (
    <Cloudscape>
      <Table
        variant="container"
        items={shown.items}
        trackBy="id"
        columnDefinitions={columns}
        columnDisplay={columns.map(({ id }) => ({ id, visible: visible.includes(id) }))}
        sortingColumn={{ sortingField: list.sort }}
        sortingDescending={list.descending}
        onSortingChange={({ detail }) =>
          change({ sort: detail.sortingColumn.sortingField ?? 'id', descending: detail.isDescending ?? false })
        }
        loading={isBehind && error === undefined && shown.items.length === 0}
        loadingText="Loading accounts"
        ariaLabels={{ tableLabel: 'Accounts' }}
        header={<AccountsHeader total={shown.total} search={search} />}
        filter={<Filters list={list} error={error} />}
        pagination={
          <Pagination
            currentPageIndex={list.page}
            pagesCount={Math.max(1, Math.ceil(shown.total / list.size))}
            onChange={({ detail }) => change({ page: detail.currentPageIndex })}
          />
        }
        preferences={
          <Preferences
            size={list.size}
            visible={visible}
            onConfirm={(size, columns) => change({ size, columns, page: size === list.size ? list.page : 1 })}
          />
        }
        empty={<p className="quiet">No accounts match. Clear the filters to see all accounts.</p>}
      />
    </Cloudscape>
  );
}

function AccountsHeader({ total, search }: { readonly total: number; readonly search: URLSearchParams }) {
  const [problem, setProblem] = useState<string>();
  const save = async (): Promise<void> => {
    try {
      await download(`/accounts.csv?${search}`, 'accounts.csv');
      setProblem(undefined);
    } catch (error) {
      setProblem(
        error instanceof ApiError
          ? `${sentence(error.message)} ${sentence(error.next)}`
          : 'Cannot create the CSV file.',
      );
    }
  };
  return (
    <Header
      variant="h1"
      counter={`(${formatCount(total)})`}
      description={problem}
      actions={
        <Button iconName="download" onClick={() => void save()}>
          Download CSV
        </Button>
      }
    >
      Accounts
    </Header>
  );
}

const property = (
  key: Exclude<Filter, 'q'>,
  label: string,
  group: string,
  format: (value: string) => string = (value) => value,
): PropertyFilterProps.FilteringProperty => ({
  key,
  propertyLabel: label,
  groupValuesLabel: group,
  operators: [{ operator: '=', format }],
});
const titleOfState = (value: string): string => {
  const state = readinessStates.find((known) => known === value);
  return state === undefined ? value : stateTitle(state);
};
const properties: readonly PropertyFilterProps.FilteringProperty[] = [
  property('state', 'State', 'States', titleOfState),
  property('wave', 'Wave', 'Waves'),
  property('ou', 'OU and below', 'OUs'),
  property('gate', 'Gate not passed', 'Gates'),
  property('release', 'Release', 'Releases'),
];

const optionsOf = (board: Board | undefined): readonly PropertyFilterProps.FilteringOption[] => [
  ...readinessStates.map((state) => ({ propertyKey: 'state', value: state, label: stateTitle(state) })),
  ...gateIds.map((gate) => ({ propertyKey: 'gate', value: gate, label: gateTitle(gate) })),
  ...(board?.waves ?? []).map(({ name }) => ({ propertyKey: 'wave', value: name })),
  ...(board?.ous ?? []).filter((ou) => ou !== '').map((ou) => ({ propertyKey: 'ou', value: ou })),
  ...(board?.releases ?? []).map((release) => ({ propertyKey: 'release', value: release })),
];

interface FiltersProps {
  readonly list: ListState;
  readonly error: ApiError | undefined;
}
function Filters({ list, error }: FiltersProps) {
  const { data: board } = useLive<Board>('/board', optionsPollMs);
  const options = useMemo(() => optionsOf(board), [board]);
  const tokens = filters
    .filter((name) => list.filters[name] !== '')
    .flatMap((name) =>
      (name === 'state' ? listed(list.filters[name]) : [list.filters[name]]).map((value) => ({
        ...(name === 'q' ? {} : { propertyKey: name }),
        operator: name === 'q' ? ':' : '=',
        value,
      })),
    );
  const change = ({ tokens }: PropertyFilterProps.Query): void => {
    const last = (name: Filter): string =>
      tokens.findLast(({ propertyKey }) => (propertyKey ?? 'q') === name)?.value ?? '';
    const states = tokens.filter(({ propertyKey }) => propertyKey === 'state').map(({ value }) => String(value));
    const [q, ou, wave, gate, release] = [last('q'), last('ou'), last('wave'), last('gate'), last('release')];
    show({
      ...list,
      page: 1,
      filters: { q, ou, wave, gate, release, state: [...new Set(states)].join(',') },
    });
  };
  return (
    <>
      <PropertyFilter
        query={{ tokens, operation: 'and' }}
        filteringProperties={properties}
        filteringOptions={options}
        onChange={({ detail }) => change(detail)}
        hideOperations
        expandToViewport
        filteringAriaLabel="Search and filter accounts"
        filteringPlaceholder="Find accounts by ID or name, or filter by state, wave, OU, gate or release"
      />
      {error === undefined ? undefined : <Loading what="accounts" error={error} />}
    </>
  );
}

interface PreferencesProps {
  readonly size: number;
  readonly visible: readonly string[];
  readonly onConfirm: (size: number, visible: readonly string[]) => void;
}
function Preferences({ size, visible, onConfirm }: PreferencesProps) {
  const preferences: CollectionPreferencesProps.Preferences = {
    pageSize: size,
    contentDisplay: columns.map(({ id }) => ({ id, visible: visible.includes(id) })),
  };
  return (
    <CollectionPreferences
      title="Preferences"
      confirmLabel="Confirm"
      cancelLabel="Cancel"
      preferences={preferences}
      pageSizePreference={{
        title: 'Page size',
        options: pageSizes.map((value) => ({ value, label: `${value} accounts` })),
      }}
      contentDisplayPreference={{
        title: 'Columns',
        options: columns.map(({ id, label }) => ({ id, label, alwaysVisible: id === 'id' })),
      }}
      onConfirm={({ detail }) =>
        onConfirm(
          detail.pageSize ?? size,
          detail.contentDisplay?.filter((column) => column.visible).map(({ id }) => id) ?? visible,
        )
      }
    />
  );
}
