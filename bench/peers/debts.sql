SELECT debtor_natcod AS asked, rtrim(debit_no) AS number, step_code, debit_amount::text AS amount,
    debit_remain::text AS remaining, order_date
FROM debit WHERE debtor_natcod = ANY ($1::bpchar[])
