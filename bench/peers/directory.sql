SELECT natcod AS person, brcode AS branch FROM insured_branch
UNION
SELECT employer_natcod, brcode FROM workshop_branch WHERE btrim(coalesce(employer_natcod, '')) NOT IN ('', '0', '00000000', 'null')
