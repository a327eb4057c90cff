"""The pages: each reads as filters, query, draw, show."""
