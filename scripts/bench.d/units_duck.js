// units_duck.js FOLDER THREADS OUT: scripts/bench.d/units.lua in DuckDB's SQL, from the two CSV files to a CSV of
// total, grade and rank.
const duck = require('@duckdb/node-api');
const [folder, threads, out] = process.argv.slice(2);

const tables = `
create table u as select * from read_csv('${folder}/units.csv', header = true,
  columns = { unit: 'VARCHAR', plan: 'DOUBLE', panel: 'DOUBLE', bonus: 'DOUBLE', veto: 'INTEGER' });
create table t as select * from read_csv('${folder}/tasks.csv', header = true,
  columns = { unit: 'VARCHAR', lead: 'INTEGER', weight: 'DOUBLE', due: 'DATE', finished: 'DATE', target: 'DOUBLE',
              done: 'DOUBLE', exempt: 'INTEGER' })`;

const assessed = `
copy (
  with share as (
    select unit, weight * if(lead = 1, 1.0::DOUBLE, 0.5::DOUBLE) as w,
      greatest(least(100 * coalesce(done, 0) / target, 100) - coalesce(5 * least(ceil(
        greatest(coalesce(finished, DATE '2012-01-15') - due, 0) / 15.0::DOUBLE), 4), 0), 0) as mark
    from t where exempt = 0),
  tasks as (select unit, fsum(w * mark) / fsum(w) as tasks from share group by unit),
  scored as (
    select u.unit, veto = 1 as vetoed, round(cast(tasks as decimal(18, 10)), 2) as tasks,
      round(cast(0.7::DOUBLE * tasks + 0.2::DOUBLE * plan + 0.1::DOUBLE * panel + if(veto = 1, 0, least(bonus, 2))
        as decimal(18, 10)), 2) as total
    from u left join tasks using (unit)),
  banded as (
    select *, greatest(case when total >= 90 then 1 when total >= 80 then 2 when total >= 60 then 3 else 4 end,
      if(vetoed, 3, 1)) as reached,
      greatest(floor(0.05 * count(total) over ()), 1) as allowed
    from scored),
  placed as (
    select *, count(*) over (partition by reached order by total desc, tasks desc
        range between unbounded preceding and current row) as candidate,
      rank() over (order by total desc, tasks desc) as place
    from banded)
  select unit, total, case when reached = 1 and candidate > allowed then 'B' else substr('ABCD', reached, 1) end as grade,
    place
  from placed
) to '${out}' (header)`;

(async () => {
  const instance = await duck.DuckDBInstance.create(':memory:', { threads });
  const connection = await instance.connect();
  for (const statement of [...tables.split(';'), assessed]) await connection.run(statement);
  process.exit(0);
})();
