-- $1 the persons' codes, $2 how many records of each. Two-digit years up to 49 are 14xx.
SELECT r.per_natcod AS asked, r.yyyymm, r.place, r.rec_id, r.kind, r.dsw_dd::int AS days, r.dsw_mash::text AS wage, w.wsh_name
FROM (
    SELECT a.*, row_number() OVER (PARTITION BY per_natcod ORDER BY yyyymm DESC, place, rec_id) AS position
    FROM (
        SELECT per_natcod, rec_id, dsw_id, 0 AS kind, dsw_dd, dsw_mash,
            CASE WHEN rtrim(coalesce(dsw_id, '')) IN ('0', '00000000', '0000000000', 'null') THEN ''
                 ELSE rtrim(coalesce(dsw_id, '')) END AS place,
            (CASE WHEN dsw_yy <= 49 THEN 140000 ELSE 130000 END + dsw_yy * 100 + dsw_mm)::int AS yyyymm
        FROM dskwor00 WHERE per_natcod = ANY ($1::bpchar[])
        UNION ALL
        SELECT per_natcod, rec_id, NULL, spc_kind::int, dsw_dd, dsw_mash, '',
            (CASE WHEN dsw_yy <= 49 THEN 140000 ELSE 130000 END + dsw_yy * 100 + dsw_mm)::int
        FROM spcwor00 WHERE per_natcod = ANY ($1::bpchar[])
    ) a
) r
LEFT JOIN workshop w ON w.wshid = r.dsw_id
WHERE r.position <= $2::int
