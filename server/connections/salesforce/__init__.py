"""Calls, meetings, opportunities and deals from Salesforce."""
