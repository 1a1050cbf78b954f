SELECT sup_natcod AS asked, natcod, bail_type, fname, lname, bdate, sdate, stat
FROM bail WHERE sup_natcod = ANY ($1::bpchar[])
