-- jinhua-2020 · 职业资格培训 by hand, for DuckDB: the same result as the policy, byte for byte, as fast as we can write it.
--
-- In:  $input, a parquet file with dates, yes/no cells and counts in types of their own (generate.py --form typed).
-- Out: $output, the twelve result columns as text, in input order; a blank is null.
--
-- Every row becomes one small number, its code, from which all but three result columns follow. Rows that no limit can
-- touch keep the code they have by themselves; people whose rows can touch each other are settled apart, and what their
-- limits refuse is looked up by position as two bits. So the last step is one pass over one table, without a join or a sort,
-- and stays in input order.
--
-- Not general: as-of 2021-12-31, default readings, no history, exceptions, lists or overlays.

-- ------------------------------------------------------------------------------------------------------------ cells

CREATE TEMP MACRO blanks() AS
  chr(9) || chr(10) || chr(11) || chr(12) || chr(13) || chr(28) || chr(29) || chr(30) || chr(31) || chr(32) ||
  chr(133) || chr(160) || chr(5760) || chr(8192) || chr(8193) || chr(8194) || chr(8195) || chr(8196) || chr(8197) || chr(8198) ||
  chr(8199) || chr(8200) || chr(8201) || chr(8202) || chr(8232) || chr(8233) || chr(8239) || chr(8287) || chr(12288);

-- Nearly every text begins and ends with something printable, which is cheaper to see than to trim.
CREATE TEMP MACRO printable(c) AS c BETWEEN 33 AND 126 OR c > 12288;
CREATE TEMP MACRO trimmed(t) AS
  CASE WHEN printable(ord(t)) AND printable(ord(t[-1])) THEN t ELSE nullif(trim(t, blanks()), '') END;
CREATE TEMP MACRO is_blank(t) AS CASE WHEN printable(ord(t)) THEN false ELSE coalesce(trim(t, blanks()), '') = '' END;

CREATE TEMP MACRO half_width(t) AS translate(
  nullif(trim(t, blanks()), ''),
  '！＂＃＄％＆＇（）＊＋，－．／０１２３４５６７８９：；＜＝＞？＠ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺ［＼］＾＿｀ａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ｛｜｝～',
  '!"#$%&''()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\]^_`abcdefghijklmnopqrstuvwxyz{|}~');

-- Enumerations are numbers from here on; 0: no such member, null: blank. Odd spellings are looked up last, and once:
-- what stands more than once in an expression is computed for every row.
CREATE TEMP MACRO member(t, names) AS CASE WHEN is_blank(t) THEN NULL ELSE coalesce(list_position(names, half_width(t)), 0) END;
CREATE TEMP MACRO district_of(t) AS CASE t
  WHEN '市本级' THEN 1 WHEN '婺城区' THEN 2 WHEN '金东区' THEN 3 WHEN '开发区' THEN 4
  WHEN '兰溪市' THEN 5 WHEN '东阳市' THEN 6 WHEN '义乌市' THEN 7 WHEN '永康市' THEN 8
  WHEN '浦江县' THEN 9 WHEN '武义县' THEN 10 WHEN '磐安县' THEN 11
  ELSE member(t, ['市本级', '婺城区', '金东区', '开发区', '兰溪市', '东阳市', '义乌市', '永康市', '浦江县', '武义县', '磐安县']) END;
CREATE TEMP MACRO level_of(t) AS CASE t
  WHEN '一级' THEN 1 WHEN '二级' THEN 2 WHEN '三级' THEN 3 WHEN '四级' THEN 4 WHEN '五级' THEN 5
  WHEN '专项能力' THEN 6 WHEN '其他' THEN 7
  WHEN '高级技师' THEN 1 WHEN '技师' THEN 2 WHEN '高级工' THEN 3 WHEN '中级工' THEN 4 WHEN '初级工' THEN 5
  WHEN '一级（高级技师）' THEN 1 WHEN '二级（技师）' THEN 2 WHEN '三级（高级工）' THEN 3 WHEN '四级（中级工）' THEN 4
  WHEN '五级（初级工）' THEN 5
  ELSE [0, 1, 2, 3, 4, 5, 6, 7, 1, 2, 3, 4, 5, 1, 2, 3, 4, 5][1 + member(t, [
    '一级', '二级', '三级', '四级', '五级', '专项能力', '其他', '高级技师', '技师', '高级工', '中级工', '初级工',
    '一级(高级技师)', '二级(技师)', '三级(高级工)', '四级(中级工)', '五级(初级工)'])] END;
CREATE TEMP MACRO certificate_of(t) AS CASE t
  WHEN '职业资格证书' THEN 1 WHEN '职业技能等级证书' THEN 2 WHEN '专项能力证书' THEN 3 WHEN '专项职业能力证书' THEN 3
  WHEN '特种作业操作证' THEN 4 WHEN '特种设备作业人员证' THEN 5 WHEN '培训合格证书' THEN 6 WHEN '培训合格证' THEN 6 WHEN '无' THEN 7
  ELSE [0, 1, 2, 3, 4, 5, 6, 7, 3, 6][1 + member(t, [
    '职业资格证书', '职业技能等级证书', '专项能力证书', '特种作业操作证', '特种设备作业人员证', '培训合格证书', '无',
    '专项职业能力证书', '培训合格证'])] END;
CREATE TEMP MACRO payee_of(t) AS CASE t WHEN '个人' THEN 1 WHEN '自主评价企业' THEN 2 WHEN '行业协会' THEN 3
  ELSE member(t, ['个人', '自主评价企业', '行业协会']) END;

-- An ID number as one number: its first 17 digits times 16, plus its check character, X being 10; null unless it has
-- that form. Ten of eleven ID numbers are 18 digits, which a cast reads quickest; from 10^17 on only a number with an
-- exponent has as many digits and is not all digits.
CREATE TEMP MACRO id_in_parts(t) AS
  CASE WHEN regexp_full_match(t, '[0-9]{17}[0-9X]') THEN substr(t, 1, 17)::BIGINT * 16 + coalesce(try_cast(substr(t, 18) AS BIGINT), 10) END;
CREATE TEMP MACRO id_of(t, number) AS
  CASE WHEN number >= 100000000000000000 AND ord(t) BETWEEN ord('1') AND ord('9') AND NOT contains(t, 'e') AND NOT contains(t, 'E')
         THEN number // 10 * 16 + number % 10
       WHEN suffix(t, 'X') AND length(t) = 18 THEN id_in_parts(t)
       ELSE id_in_parts(upper(half_width(t))) END;

-- ISO 7064 MOD 11-2: digit k of the 17, from the right, weighs 2^(k+1). With q_k = x // 10^k the sum of d_k × 2^k is
-- x - 8 q_1 - 16 q_2 - 32 q_3 …
CREATE TEMP MACRO weighed(x) AS x - 8 * (x // 10 + 2 * (x // 100 + 2 * (x // 1000 + 2 * (x // 10000 + 2 * (x // 100000
  + 2 * (x // 1000000 + 2 * (x // 10000000 + 2 * (x // 100000000 + 2 * (x // 1000000000 + 2 * (x // 10000000000
  + 2 * (x // 100000000000 + 2 * (x // 1000000000000 + 2 * (x // 10000000000000 + 2 * (x // 100000000000000
  + 2 * (x // 1000000000000000 + 2 * (x // 10000000000000000))))))))))))))));
CREATE TEMP MACRO check_is_right(x, id) AS (weighed(x) * 2 + (id & 15)) % 11 = 1;

CREATE TEMP MACRO days_in(y, m) AS CASE
  WHEN m IN (4, 6, 9, 11) THEN 30 WHEN m <> 2 THEN 31
  WHEN y % 4 = 0 AND (y % 100 <> 0 OR y % 400 = 0) THEN 29 ELSE 28 END;
CREATE TEMP MACRO is_birth(d) AS d BETWEEN 10101 AND 20211231 AND d // 100 % 100 BETWEEN 1 AND 12
  AND CASE WHEN d % 100 BETWEEN 1 AND 28 THEN true ELSE d % 100 BETWEEN 1 AND days_in(d // 10000, d // 100 % 100) END;

-- Layers of subqueries, not aliases of one layer: an alias used in its own layer would be computed again at each use.
CREATE TEMP VIEW cells AS
SELECT
  file_row_number::INTEGER AS place,
  id_of(身份证号码, try_cast(身份证号码 AS BIGINT)) AS id,
  nullif(district_of(所属行政区), 0) AS district,
  nullif(level_of(项目等级), 0) AS level,
  certificate_of(证书类型) AS certificate,
  nullif(payee_of(组织主体), 0) AS payee,
  trimmed(职业工种) AS job,
  year(发证时间) * 10000 + month(发证时间) * 100 + day(发证时间) AS day,
  *
FROM read_parquet('$input', file_row_number = true);

-- ------------------------------------------------------------------------------------------- serials that come twice

CREATE TEMP VIEW serials AS SELECT file_row_number::INTEGER AS place, 序号 FROM read_parquet('$input', file_row_number = true);

-- As many bits set as there are serials: all differ, and nothing needs grouping.
SET VARIABLE least_serial = (SELECT min(序号) FROM serials WHERE 序号 >= 0);
SET VARIABLE span = (SELECT least(max(序号) - min(序号) + 1, 999999999) FROM serials WHERE 序号 >= 0);
SET VARIABLE all_differ = (
  SELECT bit_count(bitstring_agg((序号 - getvariable('least_serial')) % getvariable('span'), 0, getvariable('span') - 1)) = count(*)
  FROM serials WHERE 序号 >= 0);
SET VARIABLE last_place = (SELECT count(*) FROM serials);
SET VARIABLE repeated = (
  SELECT bitstring_agg(place, 0, getvariable('last_place'))
  FROM serials
  WHERE NOT getvariable('all_differ')
    AND 序号 IN (SELECT 序号 FROM serials WHERE NOT getvariable('all_differ') GROUP BY 序号 HAVING count(*) > 1));

-- ------------------------------------------------------------------------------------------------------------ codes

-- 1–180 granted · 200 + n the column n does not type · 230 county, 231 out of force · 240–244 the first requirement that
-- is false · 251–254 the first limit without room · 1000 + a mask of the columns that are
-- unknown and, last, whether the person's standing is: it is also where only the date is unknown.
CREATE TEMP MACRO grant_code(level, shortage, payee, fund) AS 1 + (((level - 1) * 2 + shortage) * 3 + payee - 1) * 5 + fund;

CREATE TEMP MACRO column_named(number) AS CASE number
  WHEN 1 THEN '序号' WHEN 2 THEN '身份证号码' WHEN 3 THEN '所属行政区' WHEN 9 THEN '参保月数' WHEN 12 THEN '职业工种'
  WHEN 13 THEN '项目等级' WHEN 14 THEN '证书类型' WHEN 15 THEN '证书编号' WHEN 17 THEN '组织主体' END;

CREATE TEMP TABLE outcome AS
SELECT
  code,
  CASE WHEN granted THEN '准予' WHEN code < 230 THEN '数据错误' WHEN code IN (230, 231) OR undecided THEN '待核实' ELSE '不予' END AS conclusion,
  CASE WHEN granted THEN amount || '.00' WHEN code BETWEEN 240 AND 254 THEN '0.00' END AS amount,
  CASE WHEN granted THEN ['个人', '企业', '行业协会'][payee] END AS payee,
  CASE WHEN granted THEN ['市级专项资金', '区级专项资金', '婺城区专项资金', '金东区专项资金', '开发区专项资金'][fund + 1] END AS fund,
  CASE
    WHEN granted THEN 'GRANTED' WHEN undecided THEN 'UNDECIDED:' || array_to_string(missing, '、')
    WHEN code < 230 THEN 'INVALID:' || column_named(code - 200)
    WHEN code = 230 THEN 'UNDECIDED:县市补贴办法' WHEN code = 231 THEN 'UNDECIDED:适用版本'
    WHEN code < 250 THEN 'INELIGIBLE:' || ['证书类别', '等级标准', '等级相符', '补贴对象', '本单位职工'][code - 239]
    ELSE 'LIMIT:' || ['单位个人互斥', '单位个人互斥', '同职业同等级', '每年三次'][code - 250] END AS reason_code,
  CASE
    WHEN granted THEN '符合全部条件，准予补贴' || amount || '.00元。'
    WHEN undecided THEN '缺少“' || array_to_string(missing, '”“') || '”，尚不能作出结论，待核实。'
    WHEN code < 230 THEN '“' || column_named(code - 200) || '”填写有误（为空、无法识别、重复或与其他行矛盾），请更正后重报。'
    WHEN code = 230 THEN '缺少“县市补贴办法”，尚不能作出结论，待核实。'
    WHEN code = 231 THEN '业务日期不在本政策施行期（2020-01-07至2021-12-31）内，适用哪一版本待核实。'
    WHEN code < 250 THEN '依据' || ['二，不符合“证书类别”', '附件3·一·2，不符合“等级标准”', '附件3·一·2，不符合“等级相符”', '附件3·一·1，不符合“补贴对象”',
      '附件3·一·2，不符合“本单位职工”'][code - 239] || '的条件，不予补贴。'
    ELSE '依据' || ['附件3·一·2，受“单位个人互斥”限制：此前已按“个人”补贴，本条为“单位”', '附件3·一·2，受“单位个人互斥”限制：此前已按“单位”补贴，本条为“个人”',
      '四(一)，受“同职业同等级”限制：限1次，已用1次，本条需1次', '四(一)，受“每年三次”限制：限3次，已用3次，本条需1次'][code - 250] || '，不予补贴。' END AS reason,
  nullif(CASE
    WHEN granted THEN concat_ws(';', CASE WHEN shortage = 1 THEN 'JH-S7' END, 'JH-S' || level, ['JH-P5', 'JH-P6', 'JH-S8'][payee],
      CASE WHEN fund = 0 THEN 'JH-F6' ELSE 'JH-F7' END, 'JH-X1;JH-L2;JH-L1')
    WHEN undecided THEN concat_ws(';', CASE WHEN no_certificate THEN 'JH-E5;JH-S6' END,
      CASE WHEN no_person THEN 'JH-E14;JH-E15;JH-E16;JH-E17;JH-E18' END, CASE WHEN no_staff THEN 'JH-S8' END, CASE WHEN no_day THEN 'JH-X1;JH-L2;JH-L1' END)
    WHEN code = 230 THEN 'JH-E21;JH-E11' WHEN code = 231 THEN 'JH-D1'
    WHEN code BETWEEN 240 AND 249 THEN ['JH-E5', 'JH-S1;JH-S2;JH-S3;JH-S4;JH-S5;JH-S6', 'JH-S6', 'JH-E14;JH-E15;JH-E16;JH-E17;JH-E18', 'JH-S8'][code - 239]
    WHEN code > 250 THEN ['JH-X1', 'JH-X1', 'JH-L2', 'JH-L1'][code - 250] END, '') AS rules,
  nullif(array_to_string([('金人社发〔2020〕1号 ' || clause) FOR clause IN CASE
    WHEN granted THEN CASE WHEN payee = 3 THEN ['附件3·一·2', '附件3·四', '附件3·一·3', '四(一)'] ELSE ['附件3·一·2', '附件3·一·3', '附件3·四', '四(一)'] END
    WHEN undecided THEN list_filter([
      CASE WHEN no_shortage THEN '四(二)' END, CASE WHEN no_shortage THEN '附件3·一·2' END, CASE WHEN no_certificate THEN '二' END,
      CASE WHEN no_certificate AND NOT no_shortage THEN '附件3·一·2' END, CASE WHEN no_person THEN '附件3·一·1' END,
      CASE WHEN (no_staff OR no_day) AND NOT no_certificate AND NOT no_shortage THEN '附件3·一·2' END, CASE WHEN no_day THEN '四(一)' END],
      lambda clause: clause IS NOT NULL)
    WHEN code = 230 THEN ['附件3·标题', '四(一)', '四(四)'] WHEN code = 231 THEN ['尾段']
    WHEN code BETWEEN 240 AND 249 THEN [['二', '附件3·一·2', '附件3·一·2', '附件3·一·1', '附件3·一·2'][code - 239]]
    WHEN code > 250 THEN [['附件3·一·2', '附件3·一·2', '四(一)', '四(一)'][code - 250]] ELSE [] END], ';'), '') AS clauses
FROM (
  SELECT
    code, code BETWEEN 1 AND 180 AS granted, code >= 1000 AS undecided,
    (code - 1) // 30 + 1 AS level, (code - 1) // 15 % 2 AS shortage, (code - 1) // 5 % 3 + 1 AS payee, (code - 1) % 5 AS fund,
    [3000, 2500, 2000, 900, 800, 600][(code - 1) // 30 + 1] * (10 + 3 * ((code - 1) // 15 % 2)) // 10 AS amount,
    [name FOR name, place IN ['市区户籍', '市区常住', '居住证', '市区就业创业', '参保', '参保月数', '市区失业登记', '领取养老金', '证书类型', '发证时间', '本单位职工', '紧缺职业']
      IF (code - 1000) >> (place - 1) & 1 = 1] AS missing,
    (code - 1000) >> 12 = 1 AS no_person,
    list_contains(missing, '证书类型') AS no_certificate, list_contains(missing, '发证时间') AS no_day,
    list_contains(missing, '本单位职工') AS no_staff, list_contains(missing, '紧缺职业') AS no_shortage
  FROM range(1, 9192) numbers(code));

-- ---------------------------------------------------------------------------------------------- each row by itself

CREATE TEMP MACRO bit_of(unknown, place) AS CASE WHEN unknown THEN 1 << place ELSE 0 END;

CREATE TEMP VIEW judged AS
SELECT
  *,
  CASE
    WHEN sound AND district <= 4 AND day BETWEEN 20200107 AND 20211231 AND certificate <= 3 AND level < 7
         AND (certificate = 3) = (level = 6) AND qualifies AND own_staff AND 紧缺职业 IS NOT NULL
      THEN grant_code(level, 紧缺职业::INTEGER, payee, CASE WHEN level = 6 AND 区级列支同意 THEN district ELSE 0 END)
    WHEN NOT sound THEN CASE
      WHEN 序号 IS NULL OR 序号 < 0 OR get_bit(getvariable('repeated'), place) = 1 THEN 201
      WHEN id IS NULL OR NOT is_birth(birth) OR NOT check_is_right(digits, id) THEN 202
      WHEN district IS NULL THEN 203 WHEN 参保月数 < 0 THEN 209 WHEN job IS NULL THEN 212 WHEN level IS NULL THEN 213
      WHEN certificate = 0 THEN 214 WHEN is_blank(证书编号) THEN 215 ELSE 217 END
    WHEN district > 4 THEN 230
    WHEN day NOT BETWEEN 20200107 AND 20211231 THEN 231
    WHEN certificate > 3 THEN 240
    WHEN level = 7 THEN 241
    WHEN (certificate = 3) <> (level = 6) THEN 242
    WHEN NOT qualifies THEN 243
    WHEN NOT own_staff THEN 244
    ELSE 1000
      + CASE WHEN qualifies IS NULL THEN 4096 + bit_of(pension IS NULL, 7) + CASE WHEN (市区户籍 OR within_reach) IS NULL THEN
          bit_of(市区户籍 IS NULL, 0) + CASE WHEN within_reach IS NULL AND way IS NULL THEN
            CASE WHEN (市区常住 AND 居住证) IS NULL THEN bit_of(市区常住 IS NULL, 1) + bit_of(居住证 IS NULL, 2) ELSE 0 END
            + CASE WHEN (市区就业创业 AND 参保 AND 参保月数 >= 6) IS NULL
                THEN bit_of(市区就业创业 IS NULL, 3) + bit_of(参保 IS NULL, 4) + bit_of(参保月数 IS NULL, 5) ELSE 0 END
            + bit_of(市区失业登记 IS NULL, 6) ELSE 0 END ELSE 0 END ELSE 0 END
      + bit_of(certificate IS NULL, 8) + bit_of(day IS NULL, 9) + bit_of(own_staff IS NULL, 10) + bit_of(紧缺职业 IS NULL, 11)
  END::USMALLINT AS code
FROM (
  SELECT *, NOT pension AND (市区户籍 OR within_reach) AS qualifies
  FROM (
    SELECT *, coalesce(领取养老金, CASE WHEN of_age THEN false END) AS pension, of_age AND way AS within_reach
    FROM (
      SELECT
        *,
        coalesce(序号 >= 0 AND is_birth(birth) AND check_is_right(digits, id) AND district > 0 AND job IS NOT NULL AND level > 0
          AND payee > 0, false) AND coalesce(参保月数 >= 0, true) AND coalesce(certificate > 0, true) AND NOT is_blank(证书编号)
          AND coalesce(get_bit(getvariable('repeated'), place) = 0, true) AS sound,
        day - birth < CASE WHEN digits % 2 = 1 THEN 600000 ELSE 550000 END AS of_age,
        (市区常住 AND 居住证) OR (市区就业创业 AND 参保 AND 参保月数 >= 6) OR 市区失业登记 AS way,
        payee = 1 OR 本单位职工 AS own_staff
      FROM (SELECT *, id >> 4 AS digits, ((id >> 4) // 1000 % 100000000)::INTEGER AS birth FROM cells))));

-- In input order, so that rowid is the row's place in the file.
CREATE TEMP TABLE decision AS
SELECT
  code, 序号,
  CASE WHEN code <= 180 THEN id END AS id,
  CASE WHEN code <= 180 THEN (hash(job, level) % 64)::UTINYINT END AS mark,
  CASE WHEN code <= 180 THEN trimmed(CASE payee WHEN 1 THEN 姓名 WHEN 2 THEN 所在单位 ELSE 主办单位 END) END AS name
FROM judged;

-- ----------------------------------------------------------------------------------------------------------- limits

-- People whose candidates can touch each other: two of one occupation and level, or more than three in all. A filter of
-- 64 bits per person finds nearly only those, in one hash table of small numbers.
CREATE TEMP TABLE entangled AS
SELECT id FROM decision WHERE code <= 180
GROUP BY id HAVING count(*) > 1 AND (count(*) > 3 OR bit_count(bit_or(1::UBIGINT << mark)) < count(*));

CREATE TEMP TABLE candidate AS
WITH concerned AS (SELECT rowid::INTEGER AS place, id, code, 序号 FROM decision SEMI JOIN entangled USING (id) WHERE code <= 180)
SELECT place, id, job, level, personal, year, row_number() OVER (PARTITION BY id ORDER BY day, personal, amount DESC, number, 序号) AS turn
FROM (
  SELECT concerned.*, trimmed(职业工种) AS job, (code - 1) // 30 AS level, (code - 1) // 5 % 3 = 0 AS personal, year(发证时间) AS year, 发证时间 AS day,
         [3000, 2500, 2000, 900, 800, 600][(code - 1) // 30 + 1] * (10 + 3 * ((code - 1) // 15 % 2)) AS amount, trimmed(证书编号) AS number
  FROM read_parquet('$input', file_row_number = true) JOIN concerned ON file_row_number = place);

-- The fold, year by year. The order begins with the date, so all of 2020 comes before all of 2021. Within a year a
-- candidate is granted iff nothing of its occupation and level was granted before and it is among the first three such:
-- once three are granted, every later one of the year is refused, whatever it is.
CREATE TEMP TABLE granted AS
SELECT id, job, level, personal, turn
FROM (
  SELECT id, job, level, personal, turn
  FROM candidate WHERE year = 2020
  QUALIFY row_number() OVER (PARTITION BY id, job, level ORDER BY turn) = 1)
QUALIFY row_number() OVER (PARTITION BY id ORDER BY turn) <= 3;

INSERT INTO granted
SELECT id, job, level, personal, turn
FROM (
  SELECT id, job, level, personal, turn
  FROM candidate ANTI JOIN granted USING (id, job, level)
  WHERE year = 2021
  QUALIFY row_number() OVER (PARTITION BY id, job, level ORDER BY turn) = 1)
QUALIFY row_number() OVER (PARTITION BY id ORDER BY turn) <= 3;

-- The first of the limits without room, less one: 0 and 1 单位个人互斥, 2 同职业同等级, 3 每年三次. A grant of the same
-- occupation and level stands in the way only of those after it.
CREATE TEMP TABLE refused AS
SELECT place, CASE WHEN granted.turn IS NULL OR granted.turn > candidate.turn THEN 3
                   WHEN granted.personal = candidate.personal THEN 2 WHEN candidate.personal THEN 1 ELSE 0 END AS why
FROM candidate LEFT JOIN granted USING (id, job, level)
WHERE granted.turn IS DISTINCT FROM candidate.turn;

SET VARIABLE refused = (SELECT bitstring_agg(place, 0, getvariable('last_place')) FROM refused);
SET VARIABLE why_low = (SELECT bitstring_agg(place, 0, getvariable('last_place')) FROM refused WHERE why IN (1, 3));
SET VARIABLE why_high = (SELECT bitstring_agg(place, 0, getvariable('last_place')) FROM refused WHERE why >= 2);

-- ---------------------------------------------------------------------------------------------------------- results

CREATE TEMP MACRO set_at(bits, place) AS coalesce(get_bit(bits, place), 0);
CREATE TEMP VIEW settled AS
SELECT
  序号, name,
  CASE WHEN set_at(getvariable('refused'), rowid::INTEGER) = 1
       THEN 251 + set_at(getvariable('why_low'), rowid::INTEGER) + 2 * set_at(getvariable('why_high'), rowid::INTEGER) ELSE code END AS code
FROM decision;

-- The texts that occur, as enumerations: a column of them is a column of small numbers until it is written. They are
-- written as texts, since DuckDB 2.0 writes enumerations with two threads, and now and then one of them wrong.
CREATE TEMP TABLE text AS FROM outcome SEMI JOIN (SELECT DISTINCT code FROM settled) USING (code);
CREATE TYPE conclusion_text AS ENUM (SELECT DISTINCT conclusion FROM text WHERE conclusion IS NOT NULL);
CREATE TYPE amount_text AS ENUM (SELECT DISTINCT amount FROM text WHERE amount IS NOT NULL);
CREATE TYPE payee_text AS ENUM (SELECT DISTINCT payee FROM text WHERE payee IS NOT NULL);
CREATE TYPE fund_text AS ENUM (SELECT DISTINCT fund FROM text WHERE fund IS NOT NULL);
CREATE TYPE reason_code_text AS ENUM (SELECT DISTINCT reason_code FROM text WHERE reason_code IS NOT NULL);
CREATE TYPE reason_text AS ENUM (SELECT DISTINCT reason FROM text WHERE reason IS NOT NULL);
CREATE TYPE rules_text AS ENUM (SELECT DISTINCT rules FROM text WHERE rules IS NOT NULL);
CREATE TYPE clauses_text AS ENUM (SELECT DISTINCT clauses FROM text WHERE clauses IS NOT NULL);

-- By code; a code that does not occur has no text.
CREATE TEMP VIEW every_text AS SELECT * FROM range(1, 9192) numbers(code) LEFT JOIN text USING (code);
SET VARIABLE conclusion = (SELECT list(conclusion::conclusion_text ORDER BY code) FROM every_text);
SET VARIABLE amount = (SELECT list(amount::amount_text ORDER BY code) FROM every_text);
SET VARIABLE payee = (SELECT list(payee::payee_text ORDER BY code) FROM every_text);
SET VARIABLE fund = (SELECT list(fund::fund_text ORDER BY code) FROM every_text);
SET VARIABLE reason_code = (SELECT list(reason_code::reason_code_text ORDER BY code) FROM every_text);
SET VARIABLE reason = (SELECT list(reason::reason_text ORDER BY code) FROM every_text);
SET VARIABLE rules = (SELECT list(rules::rules_text ORDER BY code) FROM every_text);
SET VARIABLE clauses = (SELECT list(clauses::clauses_text ORDER BY code) FROM every_text);

COPY (
  SELECT
    '职业资格培训' AS 项目,
    序号::VARCHAR AS 序号,
    getvariable('conclusion')[code]::VARCHAR AS 结论,
    getvariable('amount')[code]::VARCHAR AS 补贴金额,
    getvariable('payee')[code]::VARCHAR AS 受款人,
    CASE WHEN code <= 180 THEN name END AS 收款方,
    getvariable('fund')[code]::VARCHAR AS 资金渠道,
    getvariable('reason_code')[code]::VARCHAR AS 原因代码,
    getvariable('reason')[code]::VARCHAR AS 原因,
    getvariable('rules')[code]::VARCHAR AS 规则,
    getvariable('clauses')[code]::VARCHAR AS 条款,
    NULL::VARCHAR AS 提示
  FROM settled
) TO '$output' (FORMAT parquet);
