"""The queries that are sent to Salesforce, all of them. The client quotes the values in braces: dates, times and one id.

With ``queryAll``, deleted and archived records are found, too; activities are archived when they are a year old. (The words ALL
ROWS, which do the same in Apex, are not allowed in the REST API.) Counts leave the deleted ones out. Records need them."""

from __future__ import annotations

#: TaskSubtype is chosen when a task is created, for good.
CALL_COUNTS = """
SELECT OwnerId, ActivityDate, DAY_ONLY(convertTimezone(CompletedDateTime)) completedOn, COUNT(Id) number
FROM Task
WHERE IsDeleted = false AND IsClosed = true
AND (TaskSubtype = null OR TaskSubtype NOT IN ('Email', 'ListEmail'))
AND (TaskSubtype = 'Call' OR CallType != null OR Type = 'Call')
AND ((ActivityDate >= {first} AND ActivityDate <= {last}) OR (CompletedDateTime >= {starts} AND CompletedDateTime < {ends}
AND (ActivityDate = null OR ActivityDate > {last})))
GROUP BY OwnerId, ActivityDate, DAY_ONLY(convertTimezone(CompletedDateTime))"""
CALL_RECORDS = """
SELECT Id, OwnerId, IsDeleted, IsClosed, TaskSubtype, CallType, Type, ActivityDate, CompletedDateTime, SystemModstamp, Subject
FROM Task
WHERE SystemModstamp >= {changed_from} AND SystemModstamp < {until}
AND (TaskSubtype = null OR TaskSubtype NOT IN ('Email', 'ListEmail'))
ORDER BY SystemModstamp, Id"""

#: Types of group events: 2 is a proposed one that nobody has confirmed, 3 the pattern of a series. A child is an invited
#: colleague's copy, and IsRecurrence marks the pattern of an older kind of series.
BOOKED_COUNTS = """
SELECT OwnerId, DAY_ONLY(convertTimezone(CreatedDate)) countedOn, COUNT(Id) number
FROM Event
WHERE IsDeleted = false AND IsChild = false AND IsRecurrence = false AND IsAllDayEvent = false AND IsPrivate = false
AND (GroupEventType = null OR GroupEventType NOT IN ('2', '3')) AND (WhoId != null OR WhatId != null)
AND CreatedDate >= {starts} AND CreatedDate < {ends}
GROUP BY OwnerId, DAY_ONLY(convertTimezone(CreatedDate))"""
BOOKED_RECORDS = """
SELECT Id, OwnerId, IsDeleted, IsAllDayEvent, IsPrivate, GroupEventType, WhoId, WhatId, CreatedDate, StartDateTime, EndDateTime,
SystemModstamp, Subject
FROM Event
WHERE SystemModstamp >= {changed_from} AND SystemModstamp < {until} AND IsChild = false AND IsRecurrence = false
ORDER BY SystemModstamp, Id"""
HELD_COUNTS = """
SELECT OwnerId, DAY_ONLY(convertTimezone(StartDateTime)) countedOn, COUNT(Id) number
FROM Event
WHERE IsDeleted = false AND IsChild = false AND IsRecurrence = false AND IsAllDayEvent = false AND IsPrivate = false
AND (GroupEventType = null OR GroupEventType NOT IN ('2', '3')) AND (WhoId != null OR WhatId != null)
AND StartDateTime >= {starts} AND StartDateTime < {ends} AND EndDateTime < {now}
GROUP BY OwnerId, DAY_ONLY(convertTimezone(StartDateTime))"""
#: A planned meeting becomes a held one without being changed.
HELD_RECORDS = """
SELECT Id, OwnerId, IsDeleted, IsAllDayEvent, IsPrivate, GroupEventType, WhoId, WhatId, CreatedDate, StartDateTime, EndDateTime,
SystemModstamp, Subject
FROM Event
WHERE SystemModstamp < {until} AND (SystemModstamp >= {changed_from} OR (EndDateTime >= {due_from} AND EndDateTime < {until}))
AND IsChild = false AND IsRecurrence = false
ORDER BY SystemModstamp, Id"""

OPPORTUNITY_COUNTS = """
SELECT OwnerId, DAY_ONLY(convertTimezone(CreatedDate)) countedOn, COUNT(Id) number
FROM Opportunity
WHERE IsDeleted = false AND CreatedDate >= {starts} AND CreatedDate < {ends}
GROUP BY OwnerId, DAY_ONLY(convertTimezone(CreatedDate))"""
OPPORTUNITY_RECORDS = """
SELECT Id, OwnerId, IsDeleted, CreatedDate, SystemModstamp, Name
FROM Opportunity
WHERE SystemModstamp >= {changed_from} AND SystemModstamp < {until}
ORDER BY SystemModstamp, Id"""

DEAL_COUNTS = """
SELECT OwnerId, CloseDate, COUNT(Id) number, SUM(Amount) amount
FROM Opportunity
WHERE IsDeleted = false AND IsWon = true AND CloseDate >= {first} AND CloseDate <= {last}
GROUP BY OwnerId, CloseDate"""
#: A deal can be won before its close date.
DEAL_RECORDS = """
SELECT Id, OwnerId, IsDeleted, IsWon, CloseDate, Amount, SystemModstamp, Name
FROM Opportunity
WHERE SystemModstamp < {until} AND (SystemModstamp >= {changed_from} OR (CloseDate >= {due_first} AND CloseDate <= {due_last}))
ORDER BY SystemModstamp, Id"""
CONVERTED_AMOUNT = ("Amount", "convertCurrency(Amount) convertedAmount")

#: Which of some records exist; the log of deletions may have some that were restored.
EXISTING = {
    "Task": "SELECT Id FROM Task WHERE IsDeleted = false AND Id IN {ids}",
    "Event": "SELECT Id FROM Event WHERE IsDeleted = false AND Id IN {ids}",
    "Opportunity": "SELECT Id FROM Opportunity WHERE IsDeleted = false AND Id IN {ids}",
}

OWNERS = "SELECT Id, Email, Name, IsActive FROM User WHERE UserType = 'Standard'"
RUN_AS = "SELECT TimeZoneSidKey, DefaultCurrencyIsoCode FROM User WHERE Id = {user_id}"
ORGANISATION = "SELECT Name, IsSandbox FROM Organization"
#: Organisations with one currency do not have this object.
CORPORATE_CURRENCY = "SELECT IsoCode FROM CurrencyType WHERE IsCorporate = true"
#: After a query for records: whether the run-as user may read everything that it names.
ONE = " LIMIT 1"
