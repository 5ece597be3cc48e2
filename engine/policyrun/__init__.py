"""policyrun: a policy document as a text file, evaluated exactly and explained clause by clause."""
