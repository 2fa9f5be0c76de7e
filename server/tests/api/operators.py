"""What means something to MongoDB: every operator of its queries, updates and pipelines, and its own words beside."""

QUERIES = """
$eq $gt $gte $in $lt $lte $ne $nin $and $not $nor $or $exists $type $expr $jsonSchema $mod $regex $options $text
$search $language $caseSensitive $diacriticSensitive $where $geoIntersects $geoWithin $near $nearSphere $box $center
$centerSphere $geometry $maxDistance $minDistance $polygon $uniqueDocs $all $elemMatch $size $bitsAllClear $bitsAllSet
$bitsAnyClear $bitsAnySet $rand $natural $comment $slice $meta $query $orderby $hint $explain $max $min $returnKey
$showDiskLoc $snapshot $maxScan $maxTimeMS $readPreference
"""
UPDATES = """
$currentDate $inc $mul $rename $set $setOnInsert $unset $addToSet $pop $pull $push $pullAll $pushAll $each $position
$sort $bit $ $[] $[element] $isolated $atomic $v $diff
"""
STAGES = """
$addFields $bucket $bucketAuto $changeStream $changeStreamSplitLargeEvent $collStats $count $currentOp $densify
$documents $facet $fill $geoNear $graphLookup $group $indexStats $limit $listLocalSessions $listSampledQueries
$listSearchIndexes $listSessions $lookup $match $merge $out $planCacheStats $project $queryStats $rankFusion $redact
$replaceRoot $replaceWith $sample $searchMeta $setWindowFields $shardedDataDistribution $skip $sortByCount $unionWith
$unwind $vectorSearch $_internalInhibitOptimization
"""
EXPRESSIONS = """
$abs $accumulator $acos $acosh $add $allElementsTrue $anyElementTrue $arrayElemAt $arrayToObject $asin $asinh $atan
$atan2 $atanh $avg $binarySize $bitAnd $bitNot $bitOr $bitXor $bottom $bottomN $bsonSize $case $ceil $cmp $concat
$concatArrays $cond $convert $cos $cosh $covariancePop $covarianceSamp $dateAdd $dateDiff $dateFromParts
$dateFromString $dateSubtract $dateToParts $dateToString $dateTrunc $dayOfMonth $dayOfWeek $dayOfYear $degreesToRadians
$denseRank $derivative $divide $documentNumber $exp $expMovingAvg $filter $first $firstN $floor $function $getField
$hour $ifNull $indexOfArray $indexOfBytes $indexOfCP $integral $isArray $isNumber $isoDayOfWeek $isoWeek $isoWeekYear
$last $lastN $let $linearFill $literal $ln $locf $log $log10 $ltrim $map $maxN $median $mergeObjects $millisecond
$minN $minute $month $multiply $objectToArray $percentile $pow $radiansToDegrees $range $rank $reduce $regexFind
$regexFindAll $regexMatch $replaceAll $replaceOne $reverseArray $round $rtrim $sampleRate $second $setDifference
$setEquals $setField $setIntersection $setIsSubset $setUnion $shift $sigmoid $sin $sinh $sortArray $split $sqrt
$stdDevPop $stdDevSamp $strcasecmp $strLenBytes $strLenCP $substr $substrBytes $substrCP $subtract $sum $switch $tan
$tanh $toBool $toDate $toDecimal $toDouble $toHashedIndexKey $toInt $toLong $toLower $toObjectId $toString $toUpper
$top $topN $trim $trunc $tsIncrement $tsSecond $unsetField $week $year $zip
"""
VARIABLES = """
$$ROOT $$CURRENT $$NOW $$CLUSTER_TIME $$REMOVE $$DESCEND $$PRUNE $$KEEP $$SEARCH_META $$USER_ROLES $$this $$value
$data $last_modified $audience $_id
"""
EXTENDED_JSON = """
$oid $date $numberLong $numberInt $numberDouble $numberDecimal $binary $subType $uuid $timestamp $regularExpression
$pattern $symbol $code $scope $dbPointer $ref $id $db $undefined $minKey $maxKey
"""
OPERATORS = tuple(dict.fromkeys(f"{QUERIES} {UPDATES} {STAGES} {EXPRESSIONS} {VARIABLES} {EXTENDED_JSON}".split()))
"""Each once."""
SHARPEST = ("$where", "$expr", "$function", "$gt", "$ne", "$regex", "$or", "$set", "$[]", "$out", "$$ROOT", "$ref")
"""Those that would do the most harm."""
