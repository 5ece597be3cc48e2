-- After reference.sql: the lines of the canonical csv of its result, in order, and what the rows add up to.

CREATE TEMP MACRO field(cell) AS
  CASE WHEN cell IS NULL THEN ''
       WHEN regexp_matches(cell, '[,"\r\n]') THEN '"' || replace(cell, '"', '""') || '"' ELSE cell END;

SET VARIABLE middle = (
  SELECT list(concat_ws(',', '', field(conclusion), field(amount), field(payee), '') ORDER BY code) FROM every_text);
SET VARIABLE rest = (
  SELECT list(concat_ws(',', '', field(fund), field(reason_code), field(reason), field(rules), field(clauses), chr(10)) ORDER BY code)
  FROM every_text);

CREATE TEMP VIEW line AS
SELECT concat('职业资格培训,', 序号, getvariable('middle')[code], CASE WHEN code <= 180 THEN field(name) END,
              getvariable('rest')[code]) AS line
FROM settled;

CREATE TEMP VIEW summary AS
SELECT conclusion, reason_code, payee, fund, sum(rows) AS rows, sum(rows * amount::DECIMAL(18, 2)) AS amount
FROM (SELECT code, count(*) AS rows FROM settled GROUP BY code) JOIN text USING (code)
GROUP BY ALL ORDER BY ALL;
