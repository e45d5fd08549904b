--- Filled in below the mapping core.
return {public = {}}
