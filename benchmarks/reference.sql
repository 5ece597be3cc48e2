-- jinhua-2020 · 职业资格培训 by hand, for DuckDB: the same result as the policy, byte for byte, as fast as we can write it.
--
-- In:  $input, a parquet file with dates, yes/no cells and counts in types of their own (generate.py --form typed).
-- Out: $output, the twelve result columns as text, in input order; a blank is null.
--
-- The file is read three times rather than kept: to find the people whose rows can touch each other under the limits,
-- to settle those people, and to write. Only what the limits refuse (a few rows in a hundred) is remembered between the
-- readings, as two bits per row, so that the last reading is one pass without a join and stays in input order.
--
-- Not general: as-of 2021-12-31, default readings, no history, exceptions, lists or overlays.

-- ------------------------------------------------------------------------------------------------------------ cells

CREATE TEMP MACRO blanks() AS
  e' \t\n\x0b\x0c\r\x1c\x1d\x1e\x1f\u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000';

-- Nearly every text begins and ends with something printable, which is cheaper to see than to trim.
CREATE TEMP MACRO printable(c) AS c BETWEEN '!' AND '~' OR c > '　';
CREATE TEMP MACRO trimmed(t) AS CASE WHEN printable(t[1]) AND printable(t[-1]) THEN t ELSE nullif(trim(t, blanks()), '') END;
CREATE TEMP MACRO is_blank(t) AS CASE WHEN printable(t[1]) THEN false ELSE coalesce(trim(t, blanks()), '') = '' END;

CREATE TEMP MACRO half_width(t) AS translate(
  nullif(trim(t, blanks()), ''),
  '！＂＃＄％＆＇（）＊＋，－．／０１２３４５６７８９：；＜＝＞？＠ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺ［＼］＾＿｀ａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ｛｜｝～',
  '!"#$%&''()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\]^_`abcdefghijklmnopqrstuvwxyz{|}~');

-- Enumerations are numbers from here on; 0: no such member, null: blank.
CREATE TEMP MACRO district_of(t) AS CASE t
  WHEN '市本级' THEN 1 WHEN '婺城区' THEN 2 WHEN '金东区' THEN 3 WHEN '开发区' THEN 4
  WHEN '兰溪市' THEN 5 WHEN '东阳市' THEN 6 WHEN '义乌市' THEN 7 WHEN '永康市' THEN 8
  WHEN '浦江县' THEN 9 WHEN '武义县' THEN 10 WHEN '磐安县' THEN 11 END;
CREATE TEMP MACRO level_of(t) AS CASE t
  WHEN '一级' THEN 1 WHEN '二级' THEN 2 WHEN '三级' THEN 3 WHEN '四级' THEN 4 WHEN '五级' THEN 5
  WHEN '专项能力' THEN 6 WHEN '其他' THEN 7
  WHEN '高级技师' THEN 1 WHEN '技师' THEN 2 WHEN '高级工' THEN 3 WHEN '中级工' THEN 4 WHEN '初级工' THEN 5
  WHEN '一级(高级技师)' THEN 1 WHEN '二级(技师)' THEN 2 WHEN '三级(高级工)' THEN 3 WHEN '四级(中级工)' THEN 4
  WHEN '五级(初级工)' THEN 5 END;
CREATE TEMP MACRO certificate_of(t) AS CASE t
  WHEN '职业资格证书' THEN 1 WHEN '职业技能等级证书' THEN 2 WHEN '专项能力证书' THEN 3 WHEN '专项职业能力证书' THEN 3
  WHEN '特种作业操作证' THEN 4 WHEN '特种设备作业人员证' THEN 5 WHEN '培训合格证书' THEN 6 WHEN '培训合格证' THEN 6
  WHEN '无' THEN 7 END;
CREATE TEMP MACRO payee_of(t) AS CASE t WHEN '个人' THEN 1 WHEN '自主评价企业' THEN 2 WHEN '行业协会' THEN 3 END;

-- The first 17 digits of an ID number as one number; null unless there are 17 and a check character.
CREATE TEMP MACRO digits_of(t) AS
  CASE WHEN regexp_full_match(t, '[0-9]{17}[0-9X]') THEN substr(t, 1, 17)::BIGINT
       WHEN regexp_full_match(upper(half_width(t)), '[0-9]{17}[0-9X]') THEN substr(half_width(t), 1, 17)::BIGINT END;

-- ISO 7064 MOD 11-2. Digit k from the right weighs 2^k; with q_k = x // 10^k the sum is x - 8 q_1 - 16 q_2 - 32 q_3 …
CREATE TEMP MACRO weighed(x) AS x - 8 * (x // 10 + 2 * (x // 100 + 2 * (x // 1000 + 2 * (x // 10000 + 2 * (x // 100000
  + 2 * (x // 1000000 + 2 * (x // 10000000 + 2 * (x // 100000000 + 2 * (x // 1000000000 + 2 * (x // 10000000000
  + 2 * (x // 100000000000 + 2 * (x // 1000000000000 + 2 * (x // 10000000000000 + 2 * (x // 100000000000000
  + 2 * (x // 1000000000000000 + 2 * (x // 10000000000000000))))))))))))))));
CREATE TEMP MACRO check_of(t) AS upper(CASE WHEN t[-1] BETWEEN '0' AND 'X' THEN t[-1] ELSE right(half_width(t), 1) END);
CREATE TEMP MACRO check_is_right(x, t) AS substr('10X98765432', weighed(x) * 2 % 11 + 1, 1) = check_of(t);

CREATE TEMP MACRO days_in(y, m) AS CASE
  WHEN m IN (4, 6, 9, 11) THEN 30 WHEN m <> 2 THEN 31
  WHEN y % 4 = 0 AND (y % 100 <> 0 OR y % 400 = 0) THEN 29 ELSE 28 END;
CREATE TEMP MACRO is_birth(d) AS d BETWEEN 10101 AND 20211231 AND d // 100 % 100 BETWEEN 1 AND 12
  AND d % 100 BETWEEN 1 AND days_in(d // 10000, d // 100 % 100);

CREATE TEMP VIEW cells AS
SELECT
  file_row_number::INTEGER AS place,
  digits_of(身份证号码) AS id,
  (id // 1000 % 100000000)::INTEGER AS birth,
  coalesce(district_of(所属行政区), district_of(half_width(所属行政区))) AS district,
  coalesce(level_of(项目等级), level_of(half_width(项目等级))) AS level,
  coalesce(certificate_of(证书类型), certificate_of(half_width(证书类型)), CASE WHEN NOT is_blank(证书类型) THEN 0 END) AS certificate,
  coalesce(payee_of(组织主体), payee_of(half_width(组织主体))) AS payee,
  trimmed(职业工种) AS job,
  发证时间 AS day,
  year(day) * 10000 + month(day) * 100 + day(day) AS day_number,
  *
FROM read_parquet('$input', file_row_number = true);

-- ------------------------------------------------------------------------------------------- serials that come twice

-- As many bits set as there are serials: all differ, and nothing needs grouping.
SET VARIABLE least_serial = (SELECT min(序号) FROM cells WHERE 序号 >= 0);
SET VARIABLE span = (SELECT least(max(序号) - min(序号) + 1, 999999999) FROM cells WHERE 序号 >= 0);
SET VARIABLE all_differ = (
  SELECT bit_count(bitstring_agg((序号 - getvariable('least_serial')) % getvariable('span'), 0, getvariable('span') - 1)) = count(*)
  FROM cells WHERE 序号 >= 0);
SET VARIABLE last_place = (SELECT count(*) FROM cells);
SET VARIABLE repeated = (
  SELECT bitstring_agg(place, 0, getvariable('last_place'))
  FROM cells
  WHERE NOT getvariable('all_differ')
    AND 序号 IN (SELECT 序号 FROM cells WHERE NOT getvariable('all_differ') GROUP BY 序号 HAVING count(*) > 1));

-- ---------------------------------------------------------------------------------------------- each row by itself

-- state: 1–23 the first column that does not type, 30 county, 31 out of force, 40–44 the first requirement that is
-- false, 50 something is unknown, 0 a candidate.
CREATE TEMP VIEW judged AS
SELECT
  *,
  (day_number - birth) < (CASE WHEN id % 2 = 1 THEN 600000 ELSE 550000 END) AS working_age,
  coalesce(领取养老金, CASE WHEN working_age THEN false END) AS pension,
  (市区常住 AND 居住证) OR (市区就业创业 AND 参保 AND 参保月数 >= 6) OR 市区失业登记 AS way,
  NOT pension AND (市区户籍 OR (working_age AND way)) AS person_qualifies,
  payee = 1 OR 本单位职工 AS own_staff,
  CASE
    WHEN 序号 IS NULL OR 序号 < 0 OR get_bit(getvariable('repeated'), place) = 1 THEN 1
    WHEN id IS NULL OR NOT is_birth(birth) OR NOT check_is_right(id, 身份证号码) THEN 2
    WHEN district IS NULL THEN 3
    WHEN 参保月数 < 0 THEN 9
    WHEN job IS NULL THEN 12
    WHEN level IS NULL THEN 13
    WHEN certificate = 0 THEN 14
    WHEN is_blank(证书编号) THEN 15
    WHEN payee IS NULL THEN 17
    WHEN district > 4 THEN 30
    WHEN day_number NOT BETWEEN 20200107 AND 20211231 THEN 31
    WHEN certificate > 3 THEN 40
    WHEN level = 7 THEN 41
    WHEN (certificate = 3) <> (level = 6) THEN 42
    WHEN NOT person_qualifies THEN 43
    WHEN NOT own_staff THEN 44
    WHEN certificate IS NULL OR person_qualifies IS NULL OR own_staff IS NULL OR 紧缺职业 IS NULL OR day IS NULL THEN 50
    ELSE 0
  END AS state,
  CASE level WHEN 1 THEN 3000 WHEN 2 THEN 2500 WHEN 3 THEN 2000 WHEN 4 THEN 900 WHEN 5 THEN 800 WHEN 6 THEN 600 END
    * (CASE WHEN 紧缺职业 THEN 130 ELSE 100 END) // 100 AS amount
FROM cells;

-- ----------------------------------------------------------------------------------------------------------- limits

-- People whose candidates can touch each other: two of one occupation and level, or a fourth of one year. A filter of 64
-- bits per person finds nearly only those, in one hash table of small numbers.
CREATE TEMP TABLE entangled AS
SELECT id
FROM (SELECT id, day, 1::UBIGINT << (hash(job, level) % 64)::UBIGINT AS mark FROM judged WHERE state = 0)
GROUP BY id
HAVING count(*) > 1
   AND (bit_count(bit_or(mark)) < count(*)
        OR count(*) > 3 AND greatest(count(*) FILTER (day <= '2020-12-31'), count(*) FILTER (day > '2020-12-31')) > 3);

CREATE TEMP TABLE candidate AS
SELECT place, id, job, level, payee = 1 AS personal, year(day) AS year,
       row_number() OVER (PARTITION BY id ORDER BY day, payee = 1, amount DESC, trimmed(证书编号), 序号) AS turn
FROM judged SEMI JOIN entangled USING (id)
WHERE state = 0;

-- The fold, year by year. The order begins with the date, so all of 2020 comes before all of 2021. Within a year a
-- candidate is granted iff nothing of its occupation and level was granted before and it is among the first three such:
-- once three are granted, every later one of the year is refused, whatever it is.
CREATE TEMP TABLE granted AS
SELECT id, job, level, personal, turn
FROM candidate WHERE year = 2020
QUALIFY row_number() OVER (PARTITION BY id, job, level ORDER BY turn) = 1;
DELETE FROM granted WHERE (id, turn) IN (SELECT (id, turn) FROM granted QUALIFY row_number() OVER (PARTITION BY id ORDER BY turn) > 3);
INSERT INTO granted
SELECT id, job, level, personal, turn
FROM (
  SELECT id, job, level, personal, turn
  FROM candidate ANTI JOIN granted USING (id, job, level)
  WHERE year = 2021
  QUALIFY row_number() OVER (PARTITION BY id, job, level ORDER BY turn) = 1)
QUALIFY row_number() OVER (PARTITION BY id ORDER BY turn) <= 3;

-- why: 1 单位个人互斥, 2 同职业同等级, 3 每年三次; the first of the limits in this order. A grant of the same occupation
-- and level stands in the way only of those after it.
CREATE TEMP TABLE refused AS
SELECT candidate.place, CASE WHEN granted.turn IS NULL OR granted.turn > candidate.turn THEN 3
                             WHEN granted.personal <> candidate.personal THEN 1 ELSE 2 END AS why
FROM candidate LEFT JOIN granted USING (id, job, level)
WHERE granted.turn IS DISTINCT FROM candidate.turn;

SET VARIABLE refused_low = (SELECT bitstring_agg(place, 0, getvariable('last_place')) FROM refused WHERE why & 1 = 1);
SET VARIABLE refused_high = (SELECT bitstring_agg(place, 0, getvariable('last_place')) FROM refused WHERE why & 2 = 2);

-- ---------------------------------------------------------------------------------------------------------- results

CREATE TEMP MACRO column_named(number) AS CASE number
  WHEN 1 THEN '序号' WHEN 2 THEN '身份证号码' WHEN 3 THEN '所属行政区' WHEN 9 THEN '参保月数' WHEN 12 THEN '职业工种'
  WHEN 13 THEN '项目等级' WHEN 14 THEN '证书类型' WHEN 15 THEN '证书编号' WHEN 17 THEN '组织主体' END;
CREATE TEMP MACRO yuan(amount) AS CASE amount
  WHEN 3000 THEN '3000.00' WHEN 3900 THEN '3900.00' WHEN 2500 THEN '2500.00' WHEN 3250 THEN '3250.00' WHEN 2000 THEN '2000.00'
  WHEN 2600 THEN '2600.00' WHEN 900 THEN '900.00' WHEN 1170 THEN '1170.00' WHEN 800 THEN '800.00' WHEN 1040 THEN '1040.00'
  WHEN 600 THEN '600.00' WHEN 780 THEN '780.00' END;
CREATE TEMP MACRO rule_of_payee(payee) AS CASE payee WHEN 1 THEN 'JH-P5' WHEN 2 THEN 'JH-P6' ELSE 'JH-S8' END;

CREATE TEMP VIEW settled AS
SELECT
  *,
  CASE WHEN state = 0 THEN 60 + coalesce(get_bit(getvariable('refused_low'), place), 0) + 2 * coalesce(get_bit(getvariable('refused_high'), place), 0)
       ELSE state END AS outcome,
  level = 6 AND coalesce(区级列支同意, false) AS by_district
FROM judged;

COPY (
  SELECT
    '职业资格培训' AS 项目,
    序号::VARCHAR AS 序号,
    CASE WHEN outcome = 60 THEN '准予' WHEN outcome < 30 THEN '数据错误' WHEN outcome IN (30, 31, 50) THEN '待核实' ELSE '不予' END AS 结论,
    CASE WHEN outcome = 60 THEN yuan(amount) WHEN outcome BETWEEN 40 AND 44 OR outcome > 60 THEN '0.00' END AS 补贴金额,
    CASE WHEN outcome = 60 THEN CASE payee WHEN 1 THEN '个人' WHEN 2 THEN '企业' ELSE '行业协会' END END AS 受款人,
    CASE WHEN outcome = 60 THEN trimmed(CASE payee WHEN 1 THEN 姓名 WHEN 2 THEN 所在单位 ELSE 主办单位 END) END AS 收款方,
    CASE WHEN outcome <> 60 THEN NULL WHEN NOT by_district THEN '市级专项资金'
         ELSE CASE district WHEN 1 THEN '区级专项资金' WHEN 2 THEN '婺城区专项资金' WHEN 3 THEN '金东区专项资金' ELSE '开发区专项资金' END END AS 资金渠道,
    CASE outcome
      WHEN 60 THEN 'GRANTED'
      WHEN 43 THEN 'INELIGIBLE:补贴对象' WHEN 30 THEN 'UNDECIDED:县市补贴办法' WHEN 50 THEN 'UNDECIDED:' || names
      WHEN 40 THEN 'INELIGIBLE:证书类别' WHEN 41 THEN 'INELIGIBLE:等级标准' WHEN 42 THEN 'INELIGIBLE:等级相符' WHEN 44 THEN 'INELIGIBLE:本单位职工'
      WHEN 61 THEN 'LIMIT:单位个人互斥' WHEN 62 THEN 'LIMIT:同职业同等级' WHEN 63 THEN 'LIMIT:每年三次'
      WHEN 31 THEN 'UNDECIDED:适用版本' ELSE 'INVALID:' || column_named(outcome) END AS 原因代码,
    CASE outcome
      WHEN 60 THEN '符合全部条件，准予补贴' || yuan(amount) || '元。'
      WHEN 43 THEN '依据附件3·一·1，不符合“补贴对象”的条件，不予补贴。'
      WHEN 30 THEN '缺少“县市补贴办法”，尚不能作出结论，待核实。'
      WHEN 50 THEN '缺少“' || replace(names, '、', '”“') || '”，尚不能作出结论，待核实。'
      WHEN 40 THEN '依据二，不符合“证书类别”的条件，不予补贴。'
      WHEN 41 THEN '依据附件3·一·2，不符合“等级标准”的条件，不予补贴。'
      WHEN 42 THEN '依据附件3·一·2，不符合“等级相符”的条件，不予补贴。'
      WHEN 44 THEN '依据附件3·一·2，不符合“本单位职工”的条件，不予补贴。'
      WHEN 61 THEN CASE WHEN payee = 1 THEN '依据附件3·一·2，受“单位个人互斥”限制：此前已按“单位”补贴，本条为“个人”，不予补贴。'
                        ELSE '依据附件3·一·2，受“单位个人互斥”限制：此前已按“个人”补贴，本条为“单位”，不予补贴。' END
      WHEN 62 THEN '依据四(一)，受“同职业同等级”限制：限1次，已用1次，本条需1次，不予补贴。'
      WHEN 63 THEN '依据四(一)，受“每年三次”限制：限3次，已用3次，本条需1次，不予补贴。'
      WHEN 31 THEN '业务日期不在本政策施行期（2020-01-07至2021-12-31）内，适用哪一版本待核实。'
      ELSE '“' || column_named(outcome) || '”填写有误（为空、无法识别、重复或与其他行矛盾），请更正后重报。' END AS 原因,
    CASE outcome
      WHEN 60 THEN CASE WHEN 紧缺职业 THEN 'JH-S7;JH-S' ELSE 'JH-S' END || level || ';' || rule_of_payee(payee)
                   || CASE WHEN by_district THEN ';JH-F7;JH-X1;JH-L2;JH-L1' ELSE ';JH-F6;JH-X1;JH-L2;JH-L1' END
      WHEN 43 THEN 'JH-E14;JH-E15;JH-E16;JH-E17;JH-E18' WHEN 30 THEN 'JH-E21;JH-E11'
      WHEN 50 THEN nullif(concat_ws(';',
        CASE WHEN certificate IS NULL THEN 'JH-E5;JH-S6' END,
        CASE WHEN person_qualifies IS NULL THEN 'JH-E14;JH-E15;JH-E16;JH-E17;JH-E18' END,
        CASE WHEN own_staff IS NULL THEN 'JH-S8' END,
        CASE WHEN day IS NULL THEN 'JH-X1;JH-L2;JH-L1' END), '')
      WHEN 40 THEN 'JH-E5' WHEN 41 THEN 'JH-S1;JH-S2;JH-S3;JH-S4;JH-S5;JH-S6' WHEN 42 THEN 'JH-S6' WHEN 44 THEN 'JH-S8'
      WHEN 61 THEN 'JH-X1' WHEN 62 THEN 'JH-L2' WHEN 63 THEN 'JH-L1' WHEN 31 THEN 'JH-D1' END AS 规则,
    CASE outcome
      WHEN 60 THEN CASE WHEN payee = 3
        THEN '金人社发〔2020〕1号 附件3·一·2;金人社发〔2020〕1号 附件3·四;金人社发〔2020〕1号 附件3·一·3;金人社发〔2020〕1号 四(一)'
        ELSE '金人社发〔2020〕1号 附件3·一·2;金人社发〔2020〕1号 附件3·一·3;金人社发〔2020〕1号 附件3·四;金人社发〔2020〕1号 四(一)' END
      WHEN 43 THEN '金人社发〔2020〕1号 附件3·一·1'
      WHEN 30 THEN '金人社发〔2020〕1号 附件3·标题;金人社发〔2020〕1号 四(一);金人社发〔2020〕1号 四(四)'
      WHEN 50 THEN concat_ws(';',
        CASE WHEN 紧缺职业 IS NULL THEN '金人社发〔2020〕1号 四(二);金人社发〔2020〕1号 附件3·一·2' END,
        CASE WHEN certificate IS NULL THEN '金人社发〔2020〕1号 二' END,
        CASE WHEN certificate IS NULL AND 紧缺职业 IS NOT NULL THEN '金人社发〔2020〕1号 附件3·一·2' END,
        CASE WHEN person_qualifies IS NULL THEN '金人社发〔2020〕1号 附件3·一·1' END,
        CASE WHEN (own_staff IS NULL OR day IS NULL) AND certificate IS NOT NULL AND 紧缺职业 IS NOT NULL THEN '金人社发〔2020〕1号 附件3·一·2' END,
        CASE WHEN day IS NULL THEN '金人社发〔2020〕1号 四(一)' END)
      WHEN 40 THEN '金人社发〔2020〕1号 二'
      WHEN 62 THEN '金人社发〔2020〕1号 四(一)' WHEN 63 THEN '金人社发〔2020〕1号 四(一)'
      WHEN 31 THEN '金人社发〔2020〕1号 尾段'
      WHEN 41 THEN '金人社发〔2020〕1号 附件3·一·2' WHEN 42 THEN '金人社发〔2020〕1号 附件3·一·2'
      WHEN 44 THEN '金人社发〔2020〕1号 附件3·一·2' WHEN 61 THEN '金人社发〔2020〕1号 附件3·一·2' END AS 条款,
    NULL::VARCHAR AS 提示
  FROM (
    SELECT *,
      CASE WHEN outcome = 50 THEN concat_ws('、',
        CASE WHEN or_unknown AND 市区户籍 IS NULL THEN '市区户籍' END,
        CASE WHEN way_unknown AND couple_unknown AND 市区常住 IS NULL THEN '市区常住' END,
        CASE WHEN way_unknown AND couple_unknown AND 居住证 IS NULL THEN '居住证' END,
        CASE WHEN way_unknown AND insured_unknown AND 市区就业创业 IS NULL THEN '市区就业创业' END,
        CASE WHEN way_unknown AND insured_unknown AND 参保 IS NULL THEN '参保' END,
        CASE WHEN way_unknown AND insured_unknown AND 参保月数 IS NULL THEN '参保月数' END,
        CASE WHEN way_unknown AND 市区失业登记 IS NULL THEN '市区失业登记' END,
        CASE WHEN person_qualifies IS NULL AND pension IS NULL THEN '领取养老金' END,
        CASE WHEN certificate IS NULL THEN '证书类型' END,
        CASE WHEN day IS NULL THEN '发证时间' END,
        CASE WHEN own_staff IS NULL THEN '本单位职工' END,
        CASE WHEN 紧缺职业 IS NULL THEN '紧缺职业' END) END AS names
    FROM (
      SELECT *,
        person_qualifies IS NULL AND (市区户籍 OR (working_age AND way)) IS NULL AS or_unknown,
        or_unknown AND (working_age AND way) IS NULL AND way IS NULL AS way_unknown,
        (市区常住 AND 居住证) IS NULL AS couple_unknown,
        (市区就业创业 AND 参保 AND 参保月数 >= 6) IS NULL AS insured_unknown
      FROM settled))
) TO '$output' (FORMAT parquet);
